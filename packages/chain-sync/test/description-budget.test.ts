import { EventEmitter, type Lane, type PeerId, SwarmError, TokenBucket } from "@swarm-space/core";
import { VirtualClock } from "@swarm-space/testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { nameDescription } from "../src/hashing/description-id.ts";
import { accepted, type NamedDescription, refuse } from "../src/model/index.ts";
import { Court } from "../src/sync/court.ts";
import { DescriptionSync, type DescriptionSyncOptions } from "../src/sync/description-sync.ts";
import type { DescriptionMessage } from "../src/sync/description-wire.ts";
import { PeerRoom } from "../src/sync/peer-room.ts";
import { packIds } from "../src/sync/wire.ts";

const pace = vi.hoisted((): { asked?: { capacity: number; perSecond: number } } => ({}));
vi.mock("../src/sync/sync-limits.ts", async (load) => {
  const { syncLimits } = await load<typeof import("../src/sync/sync-limits.ts")>();
  const descriptionsAsked = { get: () => pace.asked ?? syncLimits.descriptionsAsked };
  return { syncLimits: Object.defineProperties({ ...syncLimits }, { descriptionsAsked }) };
});
afterEach(() => {
  vi.restoreAllMocks();
  delete pace.asked;
});

const tokenOf = (at: number) => at.toString(16).padStart(64, "0");
function described(count: number): readonly NamedDescription[] {
  const [chainId, signature, bytes] = ["ab".repeat(32), new Uint8Array(64), new Uint8Array(8)];
  return Array.from({ length: count }, (_, at) =>
    nameDescription({ chainId, token: tokenOf(at), seq: 1n, bytes, signature }),
  );
}

/** One node's synchronisation of descriptions in virtual time: its room is a list, and the lane leads where a test lets it. */
class Desk {
  readonly events = new EventEmitter();
  readonly kept = new Map<string, NamedDescription>();
  readonly court: Court;
  readonly told: DescriptionMessage[] = [];
  readonly sync: DescriptionSync;
  other: Desk | undefined;
  refused = 0;

  readonly name: PeerId;
  readonly clock: VirtualClock;

  constructor(name: PeerId, clock: VirtualClock, own: readonly NamedDescription[] = []) {
    this.name = name;
    this.clock = clock;
    for (const each of own) this.kept.set(each.token, each);
    this.court = new Court({ now: () => clock.now(), tell: () => {} });
    const peers = new PeerRoom(clock);
    peers.follow(this.events, { met: () => {}, gone: () => {} });
    const { events, court } = this;
    const interval = 120_000;
    this.sync = new DescriptionSync({ room: this.#room(), court, peers, lane: this.#lane(), clock, events, interval });
  }

  async meet(peer: PeerId): Promise<void> {
    this.events.emit("peer:connect", { peer });
    await this.clock.advance(1);
  }

  #room(): DescriptionSyncOptions["room"] {
    const { kept } = this;
    return {
      judge: ({ token }) => (kept.has(token) ? refuse("DESCRIPTION_STALE") : accepted),
      marks: () => [...kept.values()],
      fingerprint: () => new Uint8Array(8).fill(kept.size % 256),
      get: async (token) => kept.get(token),
      take: async (named) => {
        kept.set(named.token, named);
        return accepted;
      },
    };
  }

  #lane(): Lane<DescriptionMessage> {
    return {
      send: async (to, message) => {
        this.told.push(message);
        this.other?.sync.receive(message, this.name);
        return { status: "confirmed", to, transport: "memory", elapsedMs: 0 };
      },
      broadcast: () => expect.fail("each peer is told what it lacks"),
      request: async (_to, question) => {
        if (this.other === undefined) throw new SwarmError("LETTER_EXPIRED", "nobody is there");
        return this.other.sync.respond(question, this.name).catch((error: unknown) => {
          this.refused += 1;
          throw new SwarmError("CHAIN_PEER_BUSY", String(error), { detail: { remote: true } });
        });
      },
      peers: () => [],
    };
  }
}

describe("what one peer can make a node send", () => {
  const all: DescriptionMessage = { kind: "all", fingerprint: new Uint8Array(8).fill(255) };
  const get: DescriptionMessage = { kind: "get", tokens: packIds([tokenOf(0)]) };

  /** A stranger compares fingerprints and asks for descriptions, forty times each at once: how often it is answered. */
  async function answered() {
    const clock = new VirtualClock();
    const desk = new Desk("desk", clock, described(3));
    await desk.meet("stranger");
    const before = desk.told.length;
    for (let at = 0; at < 20; at += 1) desk.sync.receive(all, "stranger");
    const marks = desk.told.length - before;
    let descriptions = 0;
    for (let at = 0; at < 40; at += 1) {
      const answer = await desk.sync.respond(get, "stranger").catch(() => undefined);
      if (answer !== undefined) descriptions += 1;
    }
    desk.sync.close();
    return { marks, descriptions, floods: desk.court.rejected["FLOOD"] ?? 0 };
  }

  test("all marks four times, 16 descriptions sixteen times, then a few a minute; ablation: as often as it asks", async () => {
    expect(await answered()).toEqual({ marks: 4, descriptions: 16, floods: 16 });
    vi.spyOn(TokenBucket.prototype, "take").mockReturnValue(true);
    expect(await answered()).toEqual({ marks: 20, descriptions: 40, floods: 0 });
  });
});

describe("an honest node that lacks a thousand", () => {
  /** How many it has after a while, how often it was refused, and how many questions it asked. */
  async function fetched(mostMs: number) {
    const clock = new VirtualClock();
    const [has, lacks] = [new Desk("has", clock, described(1_000)), new Desk("lacks", clock)];
    has.other = lacks;
    lacks.other = has;
    for (const [one, other] of [
      [has, lacks],
      [lacks, has],
    ] as const)
      await one.meet(other.name);
    for (let at = 0; at < mostMs && lacks.kept.size < 1_000; at += 1_000) await clock.advance(1_000);
    has.sync.close();
    lacks.sync.close();
    return { kept: lacks.kept.size, refused: lacks.refused, rejected: lacks.court.rejected };
  }

  test("asks no faster than it is answered, and has all in the end; ablation: it asks at once, and lacks what was refused", async () => {
    expect(await fetched(120_000)).toEqual({ kept: 1_000, refused: 0, rejected: {} });
    pace.asked = { capacity: 1_000, perSecond: 1_000 };
    const hasty = await fetched(120_000);
    expect(hasty.refused).toBeGreaterThan(0);
    expect(hasty.kept).toBeLessThan(1_000);
  });
});

describe("two who have not the same", () => {
  /** What each has after two beats, where all that was said as they met was lost. */
  async function afterABeat(counts: readonly [number, number]) {
    const clock = new VirtualClock();
    const all = described(counts[0] + counts[1]);
    const [one, two] = [new Desk("one", clock, all.slice(0, counts[0])), new Desk("two", clock, all.slice(counts[0]))];
    await one.meet("two");
    await two.meet("one");
    one.other = two;
    two.other = one;
    for (let at = 0; at < 250; at += 1) await clock.advance(1_000);
    one.sync.close();
    two.sync.close();
    return { kept: [one.kept.size, two.kept.size], rejected: { ...one.court.rejected, ...two.court.rejected } };
  }

  test.each([
    [3, 0],
    [0, 3],
    [2, 3],
  ])("%i and %i: at a beat each has all", async (...counts) => {
    const all = counts[0] + counts[1];
    expect(await afterABeat(counts)).toEqual({ kept: [all, all], rejected: {} });
  });

  test("who comes and goes without end is no flooder", async () => {
    const clock = new VirtualClock();
    const [one, two] = [new Desk("one", clock, described(3)), new Desk("two", clock)];
    one.other = two;
    two.other = one;
    for (let at = 0; at < 60; at += 1) {
      await one.meet("two");
      await two.meet("one");
      for (const [desk, peer] of [
        [one, "two"],
        [two, "one"],
      ] as const)
        desk.events.emit("peer:disconnect", { peer });
      await clock.advance(5_000);
    }
    expect([one.court.rejected, two.court.rejected]).toEqual([{}, {}]);
    one.sync.close();
    two.sync.close();
  });
});
