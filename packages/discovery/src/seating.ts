import type { Candidate } from "./candidate.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import { Seats } from "./seats.ts";

export interface SeatingView {
  readonly known: readonly Candidate[];
  readonly strangers: readonly Candidate[];
  readonly isConnected: (key: string) => boolean;
  /** It had a slot just now, and may be being dialled. */
  readonly wasSeated: (key: string) => boolean;
  /** Of strangers the least is first. */
  readonly rank: (candidate: Candidate) => number;
  /** 0 to 1. */
  readonly score: (candidate: Candidate) => number;
  /** False: sources and ranges are not looked at. For ablations. */
  readonly isDiverse: boolean;
}

/** Share of the slots that peers of old leave to strangers, if there are any: else nobody new would ever be met. */
const strangersShare = 0.25;

/**
 * Who has a slot: the anchors; who is connected and who scores best, up to their part; strangers; then whoever is left. All of it is done
 * with one slot for each range, for those who did not fail, and then with as many as a range may have: so a crowd of neighbours takes what
 * nobody else is there for. Of strangers those come first that did not fail; of these, who had a slot, for each that is told of would be one
 * dial more else; and then by rank. Pure.
 */
export function seat(view: SeatingView, settings: DiscoverySettings): readonly Candidate[] {
  const { slots, anchors, perRange } = settings;
  const seats = new Seats({ seats: slots, perSource: partOf(slots, view.isDiverse, settings) });
  const scores = new Map(view.known.map((each) => [each, view.score(each)]));
  const score = (each: Candidate) => scores.get(each) ?? 0;
  const byScore = [...view.known].sort((a, b) => score(b) - score(a));
  const connectedFirst = [...byScore].sort((a, b) => Number(view.isConnected(b.key)) - Number(view.isConnected(a.key)));
  const { rank, wasSeated } = view;
  const strangers = [...view.strangers].sort(
    (a, b) => a.failures - b.failures || Number(wasSeated(b.key)) - Number(wasSeated(a.key)) || rank(a) - rank(b),
  );
  const untried = strangers.filter(({ failures }) => failures === 0);
  const seated: Candidate[] = [];
  const fill = (candidates: readonly Candidate[], upTo: number, ofRange: number) => {
    for (const each of candidates) {
      if (seats.taken.size >= upTo) return;
      const isNew = !seats.taken.has(each.key);
      if (seats.offer(each, ofRange) && isNew) seated.push(each);
    }
  };
  const fillAll = (ofRange: number, newcomers: readonly Candidate[]) => {
    fill(byScore, anchors, ofRange);
    fill(connectedFirst, Math.ceil(slots * (1 - strangersShare)), ofRange);
    fill(newcomers, slots, ofRange);
    fill(connectedFirst, slots, ofRange);
  };
  if (view.isDiverse) fillAll(1, untried);
  fillAll(view.isDiverse ? perRange : Number.POSITIVE_INFINITY, strangers);
  return seated;
}

/** How many of those who are seated and connected count towards `enough`: of one source no more than its share. Pure. */
export function countOf(connected: readonly Candidate[], isDiverse: boolean, settings: DiscoverySettings): number {
  const { enough } = settings;
  const seats = new Seats({ seats: enough, perSource: partOf(enough, isDiverse, settings) });
  return connected.filter((each) => seats.offer(each, Number.POSITIVE_INFINITY)).length;
}

function partOf(all: number, isDiverse: boolean, { sourceShare }: DiscoverySettings): number {
  return isDiverse ? Math.max(1, Math.floor(all * sourceShare)) : all;
}
