import { type Candidate, rangeOfAll } from "./candidate.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import { type Guest, Seats } from "./seats.ts";

export interface SeatingView {
  readonly known: readonly Candidate[];
  readonly strangers: readonly Candidate[];
  readonly isConnected: (key: string) => boolean;
  /** 0 to 1. */
  readonly score: (candidate: Candidate) => number;
  /** False: sources and ranges are not looked at. For ablations. */
  readonly isDiverse: boolean;
}

/** Share of the slots that peers of old leave to strangers, if there are any: else nobody new would ever be met. */
const strangersShare = 0.25;

/**
 * Who has a slot: the anchors; who is connected and who scores best, up to their part; strangers, those that did not fail first, the
 * newest of them first; then whoever is left. Pure.
 */
export function seat(view: SeatingView, settings: DiscoverySettings): readonly Candidate[] {
  const { slots, sourceShare, perRange, anchors } = settings;
  const free = view.isDiverse ? 1 : Number.POSITIVE_INFINITY;
  const seats = new Seats({
    seats: slots,
    perSource: Math.max(1, Math.floor(slots * sourceShare)) * free,
    perRange: perRange * free,
  });
  const scores = new Map(view.known.map((each) => [each, view.score(each)]));
  const score = (each: Candidate) => scores.get(each) ?? 0;
  const byScore = [...view.known].sort((a, b) => score(b) - score(a));
  const connectedFirst = [...byScore].sort((a, b) => Number(view.isConnected(b.key)) - Number(view.isConnected(a.key)));
  const strangers = [...view.strangers].sort((a, b) => a.failures - b.failures || b.seenAt - a.seenAt);
  const seated: Candidate[] = [];
  const fill = (candidates: readonly Candidate[], upTo: number) => {
    for (const each of candidates) {
      if (seats.taken.size >= upTo) return;
      const isNew = !seats.taken.has(each.key);
      if (seats.offer(guestOf(each)) && isNew) seated.push(each);
    }
  };
  fill(byScore, anchors);
  fill(connectedFirst, Math.ceil(slots * (1 - strangersShare)));
  fill(strangers, slots);
  fill(connectedFirst, slots);
  return seated;
}

function guestOf({ key, sources, addresses }: Candidate): Guest {
  return { key, sources, range: rangeOfAll(addresses) };
}
