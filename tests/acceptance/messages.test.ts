import { ports, replaceRoom, roomPorts, type Swarm, SwarmError, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { forgetLedger, heard, outcome, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "acceptance", schema: z.unknown() };

interface Pair {
  readonly stage: Stage;
  readonly office: CourierOffice;
  readonly a: Swarm;
  readonly b: Swarm;
  readonly atB: unknown[];
}

/** Two nodes joined by the memory transport and by the third party's. */
async function pair(prepare: (a: Swarm, b: Swarm) => void = () => {}): Promise<Pair & AsyncDisposable> {
  const stage = new Stage();
  const office = new CourierOffice();
  const plugins = [use(memoryPlugin({ network: stage.network })), use(courierPlugin({ office }))];
  const a = await stage.node("a", plugins);
  const b = await stage.node("b", plugins);
  prepare(a, b);
  const atB: unknown[] = [];
  b.channel(channel).onMessage((message) => void atB.push(message));
  await stage.start();
  await stage.eventually(() => reaches(a, b, "memory", "courier") && reaches(b, a, "memory", "courier"), "two ways");
  await stage.clock.advance(5_000);
  return { stage, office, a, b, atB, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

/** Makes one way the best, whatever else is known. */
function prefer(swarm: Swarm, transport: string): void {
  const [session] = [...swarm.get(roomPorts.book).allSessions()];
  for (const live of session?.links ?? []) {
    if (session !== undefined && live.way.transport === transport) {
      session.best = live;
      session.rankedUntil = Number.POSITIVE_INFINITY;
    }
  }
}

describe("ACCEPTANCE 1: a broadcast over {p1, p2} and {p2, p3} reaches each once", () => {
  async function broadcast(forget: boolean) {
    await using stage = new Stage();
    const office = new CourierOffice();
    const ids = new Map<string, string>();
    const sees = (peer: string, names: readonly string[]) => names.some((name) => ids.get(name) === peer);
    const memory = (names: readonly string[]) =>
      use(memoryPlugin({ network: stage.network, sees: (peer) => sees(peer, names) }));
    const courier = (names: readonly string[]) => use(courierPlugin({ office, sees: (peer) => sees(peer, names) }));
    const sender = await stage.node("sender", [memory(["p1", "p2"]), courier(["p2", "p3"])]);
    const p1 = await stage.node("p1", [memory(["sender"])]);
    const p2 = await stage.node("p2", [memory(["sender"]), courier(["sender"])]);
    const p3 = await stage.node("p3", [courier(["sender"])]);
    for (const [name, node] of Object.entries({ sender, p1, p2, p3 })) ids.set(name, node.id);
    const heardBy = [p1, p2, p3].map((node) => {
      if (forget) forgetLedger(node);
      const messages: unknown[] = [];
      node.channel(channel).onMessage((message) => void messages.push(message));
      return messages;
    });
    const doubles = heard(p2, "message:duplicate");
    const lane = sender.channel(channel);
    await stage.start();
    await stage.eventually(() => sender.peers().length === 3 && reaches(sender, p2, "memory", "courier"), "all ways");
    const receipt = await stage.until(lane.broadcast("to all"));
    await stage.clock.advance(1_000);
    return { receipt, heardBy, doubles, ids: [p1.id, p2.id, p3.id] };
  }

  test("each handler runs exactly once, and the second copy was there to be suppressed", async () => {
    const { receipt, heardBy, doubles, ids } = await broadcast(false);
    expect([...receipt.confirmed].sort()).toEqual([...ids].sort());
    expect(receipt.failed).toEqual([]);
    expect(heardBy).toEqual([["to all"], ["to all"], ["to all"]]);
    expect(doubles).toHaveLength(1);
  });

  test("without the ledger p2's handler runs twice", async () => {
    const { heardBy } = await broadcast(true);
    expect(heardBy).toEqual([["to all"], ["to all", "to all"], ["to all"]]);
  });
});

describe("ACCEPTANCE 2: an acknowledgement lost after delivery", () => {
  async function loseAcknowledgement(forget: boolean) {
    await using scene = await pair((_, b) => forget && forgetLedger(b));
    const { stage, office, a, b, atB } = scene;
    const lane = a.channel(channel);
    prefer(a, "courier");
    const retries = heard(a, "letter:retry");
    office.tricks = { swallows: (from) => from === b.id };
    const sentAt = stage.clock.now();
    const receipt = lane.send(b.id, "once");
    await stage.clock.advance(1);
    const deliveredAtOnce = [...atB];
    const settledEarly = await Promise.race([receipt.then(() => true), Promise.resolve(false)]);
    const { transport, status } = await stage.until(receipt);
    const tookMs = stage.clock.now() - sentAt;
    await stage.clock.advance(60_000);
    return { deliveredAtOnce, settledEarly, transport, status, tookMs, retries, atB };
  }

  test("the sender falls back, and the handler has run once", async () => {
    const { deliveredAtOnce, settledEarly, transport, status, tookMs, retries, atB } = await loseAcknowledgement(false);
    expect(deliveredAtOnce).toEqual(["once"]);
    expect(settledEarly).toBe(false);
    expect({ status, transport }).toEqual({ status: "confirmed", transport: "memory" });
    expect(tookMs).toBeLessThan(2_100);
    expect(retries[0]).toMatchObject({ transport: "courier", reason: "silent" });
    expect(atB).toEqual(["once"]);
  });

  test("without the ledger the handler runs twice", async () => {
    expect((await loseAcknowledgement(true)).atB).toEqual(["once", "once"]);
  });
});

describe("ACCEPTANCE 3: one id on both transports is one delivery; the same payload sent twice is two", () => {
  async function sendTwice(forget: boolean) {
    await using scene = await pair((_, b) => forget && forgetLedger(b));
    const { stage, a, b, atB } = scene;
    const lane = a.channel(channel);
    const doubles = heard(b, "message:duplicate");
    await stage.until(lane.broadcast({ same: "payload" }));
    await stage.clock.advance(1_000);
    const afterOne = atB.length;
    await stage.until(lane.send(b.id, { same: "payload" }));
    await stage.until(lane.send(b.id, { same: "payload" }));
    await stage.clock.advance(1_000);
    return { afterOne, afterThree: atB.length, doubles: doubles.length };
  }

  test("by id, not by content", async () => {
    expect(await sendTwice(false)).toEqual({ afterOne: 1, afterThree: 3, doubles: 1 });
  });

  test("without the ledger one id is two deliveries", async () => {
    expect(await sendTwice(true)).toMatchObject({ afterOne: 2 });
  });
});

describe("ACCEPTANCE 5: a hand-off that is never acknowledged", () => {
  test("at its retransmission time the next way is tried", async () => {
    await using scene = await pair();
    const { stage, office, a, b, atB } = scene;
    prefer(a, "courier");
    office.tricks = { swallows: () => true };
    const sentAt = stage.clock.now();
    const receipt = outcome(a.channel(channel).send(b.id, "somehow"));
    let settledAt = 0;
    void receipt.then(() => {
      settledAt = stage.clock.now();
    });
    await stage.clock.advance(1_900);
    expect(settledAt).toBe(0);
    expect(atB).toEqual([]);
    expect(await stage.until(receipt)).toMatchObject({ value: { status: "confirmed", transport: "memory" } });
    expect(settledAt - sentAt).toBeGreaterThanOrEqual(2_000);
    expect(settledAt - sentAt).toBeLessThanOrEqual(2_100);
    expect(atB).toEqual(["somehow"]);
  });

  test("where no way answers nobody is told confirmed", async () => {
    await using scene = await pair();
    const { stage, office, a, b, atB } = scene;
    office.tricks = { swallows: () => true, dial: "refuse" };
    stage.network.inject({}, { blackhole: true, dial: "refuse" });
    const expired = heard(a, "letter:expired");
    const result = await stage.until(outcome(a.channel(channel).send(b.id, "into the void", { ttlMs: 20_000 })));
    expect(result).toMatchObject({ error: { code: "LETTER_EXPIRED", detail: { accepted: false } } });
    expect(expired).toHaveLength(1);
    expect(atB).toEqual([]);
  });

  test("without the watch over silent links the letter waits for ever", async () => {
    await using scene = await pair((a) => {
      a.get(roomPorts.linkWatch).suspect = () => {};
    });
    const { stage, office, a, b, atB } = scene;
    prefer(a, "courier");
    office.tricks = { swallows: () => true };
    const receipt = outcome(a.channel(channel).send(b.id, "somehow", { ttlMs: 8_000 }));
    expect(await stage.until(receipt)).toMatchObject({ error: { code: "LETTER_EXPIRED" } });
    expect(atB).toEqual([]);
  });
});

describe("ACCEPTANCE 6: a transport that fails every send while it claims to be ready", () => {
  async function failing(adaptive: boolean) {
    await using stage = new Stage();
    const office = new CourierOffice();
    const policy = adaptive ? [use(resilience, { reliability: { courier: 1, memory: 0.6 } })] : [];
    const plugins = [...policy, use(courierPlugin({ office })), use(memoryPlugin({ network: stage.network }))];
    // The switch is for the routing alone: no guard's pause may stand in for it.
    const open = replaceRoom(ports.guard, () => ({ admit: () => ({ release: () => {} }), record: () => {} }));
    const a = await stage.node("a", plugins, adaptive ? {} : { replace: [open] });
    const b = await stage.node("b", plugins);
    const atB: unknown[] = [];
    b.channel(channel).onMessage((message) => void atB.push(message));
    await stage.start();
    await stage.eventually(() => reaches(a, b, "memory", "courier"), "two ways");
    const lane = a.channel(channel);
    const firstPrimary = a.getTransportStatus().primary;
    office.tricks = { failsSends: true };
    const retries = heard(a, "letter:retry");
    const tried: number[] = [];
    const scores: number[] = [];
    const letters = 40;
    for (let i = 0; i < letters; i++) {
      await stage.until(lane.send(b.id, i));
      tried.push(retries.filter(({ transport }) => transport === "courier").length);
      const courier = a.getTransportStatus().health.get("courier");
      scores.push(courier?.reliability ?? Number.NaN);
      expect(["ready", "active"]).toContain(courier?.status.state);
      await stage.clock.advance(500);
      // With breakers it rests longer and longer between dials, and is gone as soon as the standby is measured.
      if (!adaptive)
        await stage.eventually(() => reaches(a, b, "memory", "courier"), "the broken way is dialled again");
    }
    return { firstPrimary, tried, scores, atB, letters, dials: office.dials.length };
  }

  test("loses first place within ten sends, and its score never rises", async () => {
    const { firstPrimary, tried, scores, atB, letters, dials } = await failing(true);
    expect(firstPrimary).toBe("courier");
    // It was dialled again, and not without pause.
    expect(dials).toBeGreaterThan(4);
    expect(dials).toBeLessThan(20);
    expect(tried.at(0)).toBe(1);
    expect(tried.at(-1)).toBeLessThanOrEqual(10);
    expect(tried.at(-1)).toBe(tried.at(9));
    for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThanOrEqual(scores[i - 1] ?? 0);
    expect(scores.at(-1)).toBeLessThan(1);
    expect(atB).toEqual(Array.from({ length: letters }, (_, i) => i));
  });

  test("without adaptive routing it is tried first each time, though every letter still arrives", async () => {
    const { tried, atB, letters } = await failing(false);
    expect(tried.at(-1)).toBe(letters);
    expect(atB).toEqual(Array.from({ length: letters }, (_, i) => i));
  });
});

describe("ACCEPTANCE 8: a body that claims another sender", () => {
  test("the handler sees the authenticated peer", async () => {
    await using scene = await pair();
    const { stage, a, b } = scene;
    const senders: string[] = [];
    b.channel({ name: "signed", schema: z.object({ from: z.string() }) }).onMessage(
      (_, from) => void senders.push(from),
    );
    await stage.until(a.channel({ name: "signed", schema: z.object({ from: z.string() }) }).send(b.id, { from: b.id }));
    expect(senders).toEqual([a.id]);
  });
});

describe("ACCEPTANCE 9: a handler that throws or rejects", () => {
  test("the others run, an event names it, the sender is told, nothing is unhandled", async () => {
    await using scene = await pair();
    const { stage, a, b } = scene;
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const runs: string[] = [];
    const failures = heard(b, "handler:failed");
    const own = b.channel({ name: "fragile", schema: z.unknown() });
    own.onMessage(() => {
      throw new Error("thrown");
    });
    own.onMessage(() => Promise.reject(new Error("rejected")));
    own.onMessage(() => void runs.push("still"));
    const result = await stage.until(outcome(a.channel({ name: "fragile", schema: z.unknown() }).send(b.id, 1)));
    await stage.clock.settle();
    process.off("unhandledRejection", note);
    expect(result).toMatchObject({ error: { code: "HANDLER_FAILED" } });
    expect(SwarmError.is("error" in result && result.error)).toBe(true);
    expect(runs).toEqual(["still"]);
    expect(failures.map(({ where, error }) => [where, String(error)])).toEqual([
      ["channel fragile", "Error: thrown"],
      ["channel fragile", "Error: rejected"],
    ]);
    expect(unhandled).toEqual([]);
    expect(await stage.until(a.channel(channel).send(b.id, "and on"))).toMatchObject({ status: "confirmed" });
  });
});
