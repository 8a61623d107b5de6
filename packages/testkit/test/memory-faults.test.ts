import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Faults, type FrameSighting, MemoryNetwork, MemoryTransport, VirtualClock } from "../src/index.ts";
import { frameOf, never, opened, pair, range, turns } from "./pair.ts";

const coded = (code: string) => expect.objectContaining({ code });

/** Sends 0..count-1 from a to b under the faults and gives what arrived. */
async function carried(faults: Faults, count = 200, clock?: VirtualClock) {
  const network = new MemoryNetwork({ seed: "faults", ...(clock === undefined ? {} : { clock }) });
  const { near, far, atFar } = await pair(network);
  network.inject({ from: "a", to: "b" }, faults);
  for (let i = 0; i < count; i++) near.send(frameOf(i));
  await (clock?.advance(60_000) ?? turns());
  return { network, near, far, atFar, sent: range(count), counters: network.counters };
}

describe("faults of a link bite", () => {
  test("none: all arrive (the ablation of every row below)", async () => {
    const { atFar, sent, counters } = await carried({});
    expect(atFar).toEqual(sent);
    expect(counters).toEqual({
      sent: 200,
      delivered: 200,
      lost: 0,
      swallowed: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      dialed: 1,
      dialsFailed: 0,
      connectionsLost: 0,
    });
  });

  test("loss kills the connection at both ends: what arrived is a prefix", async () => {
    const network = new MemoryNetwork({ seed: 5 });
    const { near, far, atFar } = await pair(network);
    network.inject({}, { loss: 0.05 });
    let sent = 0;
    try {
      for (; sent < 1_000; sent++) {
        near.send(frameOf(sent));
        await turns();
      }
    } catch (error) {
      expect(error).toEqual(coded("CONNECTION_CLOSED"));
    }
    expect(sent).toBeLessThan(1_000);
    expect(atFar).toEqual(range(atFar.length));
    expect([(await near.closed).by, (await far.closed).by]).toEqual(["lost", "lost"]);
    expect(network.counters).toMatchObject({ lost: 1, connectionsLost: 1 });
  });

  test("duplicate: some arrive twice, none out of order", async () => {
    const { atFar, sent, counters } = await carried({ duplicate: 0.3 });
    expect([...new Set(atFar)]).toEqual(sent);
    expect(atFar.length).toBe(200 + counters.duplicated);
    expect(counters.duplicated).toBeGreaterThan(30);
  });

  test.each([undefined, new VirtualClock()])("reorder: all arrive, not in order (clock: %s)", async (clock) => {
    const { atFar, sent, counters } = await carried(
      { reorder: 0.3, ...(clock ? { latencyMs: 20, jitterMs: 20 } : {}) },
      200,
      clock,
    );
    expect(atFar).not.toEqual(sent);
    expect([...atFar].sort((one, other) => one - other)).toEqual(sent);
    expect(counters.reordered).toBeGreaterThan(10);
  });

  test("corrupt: one bit of a copy flips, the sender's array is untouched", async () => {
    const network = new MemoryNetwork();
    const { near, far } = await pair(network);
    network.inject({}, { corrupt: 1 });
    const seen: Uint8Array[] = [];
    far.read((frame) => seen.push(frame));
    const frame = new Uint8Array(32);
    near.send(frame);
    near.send(new Uint8Array(0));
    await turns();
    const ones = (bytes: Uint8Array | undefined) =>
      [...(bytes ?? [])].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
    expect([ones(seen[0]), ones(frame), seen[1]?.byteLength]).toEqual([1, 0, 0]);
  });

  test("stall holds frames and the end, and gives all when undone", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    const { near, far, atFar } = await pair(network);
    const undo = network.inject({ from: "a" }, { stall: true, latencyMs: 5 });
    for (const i of range(10)) near.send(frameOf(i));
    await near.close();
    await clock.advance(10_000);
    expect([atFar, clock.pending, network.connectionCount]).toEqual([[], 0, 1]);
    undo();
    undo();
    await clock.advance(10);
    expect(atFar).toEqual(range(10));
    expect(await far.closed).toMatchObject({ by: "remote" });
  });

  test("blackhole swallows in silence, one way, and never delivers what comes after a gap", async () => {
    const network = new MemoryNetwork();
    const { near, far, atNear, atFar } = await pair(network);
    near.send(frameOf(0));
    await turns();
    const undo = network.inject({ from: "a", to: "b" }, { blackhole: true });
    expect(near.send(frameOf(1))).toBe(true);
    far.send(frameOf(9));
    await turns();
    undo();
    near.send(frameOf(2));
    await turns();
    expect([atFar, atNear]).toEqual([[0], [9]]);
    expect(network.counters.swallowed).toBe(2);
    await near.close();
    await turns();
    // Half-open: the end was swallowed too. The far side learns it when it speaks.
    expect(network.connectionCount).toBe(1);
    await far.close();
    expect(network.connectionCount).toBe(0);
  });

  test("a black hole that swallowed nothing leaves the connection sound", async () => {
    const network = new MemoryNetwork();
    const { near, atFar } = await pair(network);
    network.inject({}, { blackhole: true })();
    near.send(frameOf(1));
    await turns();
    expect(atFar).toEqual([1]);
  });

  test("failSends throws while connection and transport claim to be well", async () => {
    const network = new MemoryNetwork();
    const { a, near, atFar } = await pair(network);
    const undo = network.inject({ from: "a" }, { failSends: true });
    for (let i = 0; i < 3; i++) expect(() => near.send(frameOf(i))).toThrow(coded("CONNECTION_CLOSED"));
    expect([a.state, network.connectionCount]).toEqual(["active", 1]);
    undo();
    near.send(frameOf(3));
    await turns();
    expect(atFar).toEqual([3]);
  });

  test("sparedFrames lets the handshake through", async () => {
    const { atFar } = await carried({ blackhole: true, sparedFrames: 3 });
    expect(atFar).toEqual([0, 1, 2]);
    const network = new MemoryNetwork();
    const { near } = await pair(network);
    network.inject({}, { failSends: true, sparedFrames: 1 });
    near.send(frameOf(0));
    expect(() => near.send(frameOf(1))).toThrow(coded("CONNECTION_CLOSED"));
  });

  test("drop kills both ends now, with what is under way", async () => {
    const network = new MemoryNetwork();
    const { near, far, atFar } = await pair(network);
    near.send(frameOf(1));
    expect([network.drop({ from: "nobody" }), network.drop({ from: "b" }), network.drop()]).toEqual([0, 1, 0]);
    await turns();
    expect(atFar).toEqual([]);
    expect([(await near.closed).by, (await far.closed).by]).toEqual(["lost", "lost"]);
  });

  test("a scope bites where it matches alone, by address or by peer id, and later rules win", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a", { peer: "peer-a" });
    const b = await opened(network, "b", { peer: "peer-b" });
    const near = await a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    network.inject({ from: "peer-a", to: ["peer-x", "peer-b"], transport: "memory" }, { failSends: true });
    expect(() => near.send(frameOf(0))).toThrow();
    expect(b.accepted[0]?.send(frameOf(0))).toBe(true);
    const undo = network.inject({}, { failSends: false });
    near.send(frameOf(0));
    undo();
    expect(() => near.send(frameOf(0))).toThrow();
    network.inject({ transport: "other" }, { failSends: false });
    expect(() => near.send(frameOf(0))).toThrow();
  });
});

describe("faults of dials, openings and places bite", () => {
  test.each([
    ["refuse", "DIAL_FAILED"],
    ["absent", "PEER_ABSENT"],
    ["unavailable", "TRANSPORT_UNAVAILABLE"],
  ] as const)("dial %s: %s", async (dial, code) => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a");
    const b = await opened(network, "b");
    const connect = () => a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    const undo = network.inject({ to: "b" }, { dial });
    await expect(connect()).rejects.toEqual(coded(code));
    expect(network.counters.dialsFailed).toBe(1);
    undo();
    await connect();
  });

  test("dial hang: nothing until the abort or the undo, and no listener is left", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a");
    const b = await opened(network, "b");
    const undo = network.inject({ to: "b" }, { dial: "hang" });
    const abort = new AbortController();
    const target = { addresses: b.transport.addresses() };
    const given = a.transport.connect(target, "memory", { signal: abort.signal });
    const patient = a.transport.connect(target, "memory", { signal: never });
    let settled = 0;
    for (const dial of [given, patient])
      void dial.then(
        () => settled++,
        () => settled++,
      );
    await turns();
    expect(settled).toBe(0);
    abort.abort(new Error("gave up"));
    await expect(given).rejects.toThrow("gave up");
    expect(b.accepted).toHaveLength(0);
    undo();
    await patient;
    expect(b.accepted).toHaveLength(1);
  });

  test("open hang: never ready, until the abort or the undo; open fail: a typed error and the state error", async () => {
    const network = new MemoryNetwork();
    const undo = network.inject({ from: "a" }, { open: "hang" });
    const transport = new MemoryTransport({ network, name: "a" });
    const abort = new AbortController();
    const first = transport.open(() => undefined, { signal: abort.signal });
    await turns();
    expect(transport.state).toBe("initializing");
    abort.abort(new Error("gave up"));
    await expect(first).rejects.toThrow("gave up");
    expect(transport.state).toBe("idle");
    const second = transport.open(() => undefined, { signal: never });
    await turns();
    await transport.close({ signal: never });
    await expect(second).rejects.toEqual(coded("CONNECTION_CLOSED"));
    const third = transport.open(() => undefined, { signal: never });
    undo();
    await third;
    expect(transport.state).toBe("ready");
    await transport.close({ signal: never });
    network.inject({}, { open: "fail" });
    await expect(transport.open(() => undefined, { signal: never })).rejects.toEqual(coded("TRANSPORT_OPEN_FAILED"));
    expect(transport.state).toBe("error");
    expect(transport.lastError).toContain("injected");
  });

  test("an outage of a rendezvous: relayed connections die, direct ones live, dials say unavailable, states come back", async () => {
    const network = new MemoryNetwork();
    const relayed = await pair(network, { id: "relay", rendezvous: "r1", capabilities: { direct: false } });
    const direct = await pair(network, { id: "direct", rendezvous: "r1" });
    const other = await pair(network, { id: "other", rendezvous: "r2", capabilities: { direct: false } });
    const end = network.outage({ rendezvous: "r1" });
    await turns();
    expect([(await relayed.near.closed).by, network.connectionCount]).toEqual(["lost", 2]);
    expect([relayed.a.state, direct.a.state, other.a.state]).toEqual(["error", "degraded", "active"]);
    expect(relayed.a.lastError).toContain("r1");
    const target = { addresses: [{ transport: "relay", value: "b" }] };
    await expect(relayed.a.connect(target, "memory", { signal: never })).rejects.toEqual(
      coded("TRANSPORT_UNAVAILABLE"),
    );
    end();
    end();
    expect([relayed.a.state, relayed.a.lastError, direct.a.state]).toEqual(["ready", undefined, "active"]);
    await relayed.a.connect(target, "memory", { signal: never });
  });

  test("an outage of a transport takes its direct connections too; of a node, only its own", async () => {
    const network = new MemoryNetwork();
    const { a, near } = await pair(network);
    const c = await opened(network, "c");
    const end = network.outage({ node: "b" });
    expect((await near.closed).by).toBe("lost");
    await a.connect({ addresses: c.transport.addresses() }, "memory", { signal: never });
    end();
    network.outage({ transport: "memory" });
    expect(network.connectionCount).toBe(0);
  });

  test.each(["stall", "blackhole", "cut"] as const)("a partition by %s parts and heals", async (how) => {
    const network = new MemoryNetwork();
    const { a, b, near, atFar } = await pair(network);
    const c = await opened(network, "c");
    const heal = network.partition([["a"], ["b"]], how);
    if (how === "cut") expect(() => near.send(frameOf(1))).toThrow(coded("CONNECTION_CLOSED"));
    else near.send(frameOf(1));
    await a.connect({ addresses: c.transport.addresses() }, "memory", { signal: never });
    const abort = new AbortController();
    const dial = a.connect({ addresses: b.addresses() }, "memory", { signal: abort.signal });
    const refused = how === "cut" ? expect(dial).rejects.toEqual(coded("DIAL_FAILED")) : undefined;
    await turns();
    expect(atFar).toEqual([]);
    await refused;
    heal();
    heal();
    if (how !== "cut") await dial;
    await turns();
    expect(atFar).toEqual(how === "stall" ? [1] : []);
    await a.connect({ addresses: b.addresses() }, "memory", { signal: never });
  });
});

describe("what is seen of it", () => {
  test("capture shows each frame and its fate with virtual time; unsubscribing ends it", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    const { near } = await pair(network);
    network.inject({}, { latencyMs: 7 });
    const seen: FrameSighting[] = [];
    const stop = network.capture((sighting) => seen.push(sighting));
    const frame = frameOf(1);
    near.send(frame);
    await clock.advance(10);
    stop();
    near.send(frame);
    expect(seen.map(({ fate, atMs, from, to }) => [fate, atMs, from, to])).toEqual([
      ["sent", 0, "a", "b"],
      ["delivered", 7, "a", "b"],
    ]);
    expect(seen[0]?.frame).toBe(frame);
  });

  test("a seed replays the same faults, another seed gives others", async () => {
    const fates = async (seed: number) => {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock, seed });
      const { near, far } = await pair(network);
      network.inject({}, { latencyMs: 10, jitterMs: 30, duplicate: 0.2, reorder: 0.2, corrupt: 0.1, loss: 0.002 });
      const trace: string[] = [];
      network.capture(({ fate, atMs, frame }) => trace.push(`${fate} ${atMs} ${frame.join()}`));
      for (let i = 0; i < 200 && network.connectionCount > 0; i++) {
        near.send(frameOf(i));
        if (network.connectionCount > 0) far.send(frameOf(i));
        await clock.advance(1);
      }
      await clock.advance(1_000);
      return trace;
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const first = await fates(seed);
        expect(await fates(seed)).toEqual(first);
        expect(await fates(seed + 1)).not.toEqual(first);
      }),
      { numRuns: 10 },
    );
  });

  test("nonsense is refused with its path, and changes nothing", async () => {
    const network = new MemoryNetwork();
    const { near, atFar } = await pair(network);
    const nonsense: unknown[] = [
      { loss: 2 },
      { loss: Number.NaN },
      { latencyMs: -1 },
      { duplicate: "x" },
      { stall: 1 },
      { sparedFrames: 0.5 },
      { dial: "no" },
      { unknown: 1 },
      null,
      7,
    ];
    // @ts-expect-error: nonsense on purpose
    for (const faults of nonsense) expect(() => network.inject({}, faults)).toThrow(coded("OPTION_INVALID"));
    // @ts-expect-error: nonsense on purpose
    expect(() => network.inject({ whom: "a" }, { stall: true })).toThrow(coded("OPTION_INVALID"));
    expect(() => network.inject({}, { latencyMs: 5 })).toThrow(/clock/);
    near.send(frameOf(1));
    await turns();
    expect(atFar).toEqual([1]);
  });

  test("rules have a cap", () => {
    const network = new MemoryNetwork();
    for (let i = 0; i < 4_096; i++) network.inject({ from: `${i}` }, { stall: true });
    expect(() => network.inject({}, { stall: true })).toThrow(coded("OPTION_INVALID"));
  });
});
