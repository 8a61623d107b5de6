import type { Connection } from "@swarm-space/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatagramNetwork, DatagramTransport, LifeClock, VirtualClock } from "../src/index.ts";

const { signal } = new AbortController();
const [alice, bob] = ["a".repeat(52), "b".repeat(51).concat("a")];

async function pair(seed: number, o: { readonly rendezvous?: string } = {}) {
  const clock = new VirtualClock();
  const network = new DatagramNetwork({ clock, seed });
  const deaths = [new AbortController(), new AbortController()];
  const transports = [alice, bob].map((peer, at) => {
    const own = new LifeClock(clock);
    const death = deaths[at]?.signal;
    death?.addEventListener("abort", () => own.die());
    return new DatagramTransport({
      network,
      id: "road",
      peer,
      clock: own,
      swarmNetwork: "",
      ...o,
      ...(death === undefined ? {} : { death }),
    });
  });
  const accepted: Connection[] = [];
  for (const transport of transports) await transport.open((connection) => void accepted.push(connection), { signal });
  const dial = async (forMs = 30_000) => {
    const [from, to] = transports;
    const ended: { value?: Connection; error?: unknown } = {};
    const road = o.rendezvous === undefined ? "direct" : "relay";
    from?.connect({ addresses: to?.addresses() ?? [] }, road, { signal }).then(
      (value) => {
        ended.value = value;
      },
      (error: unknown) => {
        ended.error = error;
      },
    );
    await clock.runUntil(() => ended.value !== undefined || ended.error !== undefined, forMs);
    return ended;
  };
  return { clock, network, transports, accepted, dial, deaths };
}

describe("a connection over datagrams", () => {
  test("brings every frame once and in order, whatever the datagrams suffer", async () => {
    const weather = fc.record({
      loss: fc.double({ min: 0, max: 0.35, noNaN: true }),
      duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
      reorder: fc.double({ min: 0, max: 1, noNaN: true }),
      jitterMs: fc.integer({ min: 0, max: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), weather, fc.integer({ min: 1, max: 150 }), async (seed, faults, count) => {
        const { clock, network, accepted, dial } = await pair(seed);
        network.inject({}, { latencyMs: 20, ...faults });
        const { value: near } = await dial();
        const got: number[] = [];
        accepted[0]?.read((frame) => void got.push(frame[0] ?? -1));
        for (let n = 0; n < count; n++) near?.send(Uint8Array.of(n));
        await clock.runUntil(() => got.length >= count, 120_000);
        await clock.advance(5_000);
        expect(got).toEqual(Array.from({ length: count }, (_, n) => n));
        await near?.close();
        await clock.advance(60_000);
        expect(clock.pending).toBe(0);
        expect((await accepted[0]?.closed)?.by).toBe("remote");
      }),
      { numRuns: 40 },
    );
  });

  test("at the most that it stands, 35 % lost each way, no road dies and no dial fails", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const { clock, network, accepted, dial } = await pair(seed);
      network.inject({}, { latencyMs: 20, jitterMs: 40, loss: 0.35 });
      const { value: near } = await dial();
      let got = 0;
      accepted[0]?.read(() => void got++);
      for (let n = 0; n < 150; n++) near?.send(Uint8Array.of(n));
      await clock.runUntil(() => got >= 150, 120_000);
      expect({ seed, got, lost: network.counters.brokenLanes }).toEqual({ seed, got: 150, lost: 0 });
    }
  });

  test("cuts off who sends what nobody reads", async () => {
    const { clock, accepted, dial } = await pair(6);
    const { value: near } = await dial();
    for (let n = 0; n < 300; n++) near?.send(new Uint8Array(16_384));
    await clock.advance(30_000);
    expect((await accepted[0]?.closed)?.by).toBe("protocol");
    expect((await near?.closed)?.by).toBe("lost");
    expect(clock.pending).toBe(0);
  });

  test("dies on both sides where nothing comes through, and only then", async () => {
    const { clock, network, accepted, dial } = await pair(1);
    const { value: near } = await dial();
    near?.send(Uint8Array.of(1));
    await clock.advance(100);
    const cut = network.inject({ from: alice }, { cut: true });
    near?.send(Uint8Array.of(2));
    await clock.advance(120_000);
    expect(cut.bites).toBeGreaterThan(5);
    expect((await near?.closed)?.by).toBe("lost");
    cut.undo();
    accepted[0]?.send(Uint8Array.of(3));
    await clock.advance(1_000);
    expect((await accepted[0]?.closed)?.detail).toContain("knows no such connection");
  });

  test("is silent when its process dies, and unknown to the next", async () => {
    const { clock, network, accepted, dial, deaths } = await pair(2);
    const { value: near } = await dial();
    await clock.advance(100);
    const before = network.counters.sent;
    deaths[1]?.abort();
    await clock.advance(1_000);
    expect(network.counters.sent).toBe(before);
    let ended = false;
    void near?.closed.then(() => {
      ended = true;
    });
    near?.send(Uint8Array.of(1));
    await clock.advance(60_000);
    expect(ended).toBe(true);
    expect(accepted).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe("dials", () => {
  test("fail with their reason", async () => {
    const direct = await pair(3);
    direct.deaths[1]?.abort();
    expect(await direct.dial()).toMatchObject({ error: { code: "DIAL_FAILED" } });
    const relayed = await pair(4, { rendezvous: "relay" });
    const address = relayed.transports[1]?.addresses() ?? [];
    await relayed.transports[1]?.close({ signal });
    const dialled = relayed.transports[0]?.connect({ addresses: address }, "relay", { signal });
    await expect(dialled).rejects.toMatchObject({ code: "PEER_ABSENT" });
    const outage = relayed.network.outage("road");
    expect(relayed.transports[0]?.state).toBe("error");
    await expect(relayed.transports[0]?.connect({ addresses: address }, "relay", { signal })).rejects.toMatchObject({
      code: "TRANSPORT_UNAVAILABLE",
    });
    outage.undo();
    expect(relayed.transports[0]?.state).toBe("ready");
  });

  test("an abort leaves nothing behind", async () => {
    const { clock, network, transports } = await pair(5);
    network.inject({}, { cut: true });
    const abort = new AbortController();
    const dialled = transports[0]?.connect({ addresses: transports[1]?.addresses() ?? [] }, "direct", {
      signal: abort.signal,
    });
    await clock.advance(500);
    abort.abort(new Error("enough"));
    await expect(dialled).rejects.toThrow("enough");
    expect(clock.pending).toBe(0);
  });
});

test("a wrong fault is refused with its path", () => {
  const network = new DatagramNetwork({ clock: new VirtualClock(), seed: 1 });
  expect(() => network.inject({}, { loss: 2 })).toThrow(/faults\.loss/);
  expect(() => network.inject({}, { latencyMs: Number.NaN })).toThrow(/faults\.latencyMs/);
});
