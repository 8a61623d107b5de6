import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryNetwork, MemoryTransport, media, VirtualClock } from "../src/index.ts";
import { frameOf, never, opened, pair, range, turns } from "./pair.ts";

const coded = (code: string) => expect.objectContaining({ code });

describe("MemoryTransport keeps the contract", () => {
  test("frames arrive whole, in order and once, the same array, not within send", async () => {
    const { near, far } = await pair(new MemoryNetwork());
    const seen: Uint8Array[] = [];
    far.read((frame) => seen.push(frame));
    const frames = range(1_000).map((i) => frameOf(i));
    for (const frame of frames) near.send(frame);
    expect(seen).toHaveLength(0);
    await turns();
    expect(seen).toHaveLength(1_000);
    expect(seen.every((frame, i) => frame === frames[i])).toBe(true);
  });

  test("over any medium and any pattern of sends, both ways, order holds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(media), {}),
        fc.constantFrom(...Object.values(media), {}),
        fc.array(fc.record({ way: fc.boolean(), pauseMs: fc.integer({ min: 0, max: 50 }) }), { maxLength: 60 }),
        fc.nat(),
        async (there, back, plan, seed) => {
          const clock = new VirtualClock();
          const network = new MemoryNetwork({ clock, seed });
          const { near, far, atNear, atFar } = await pair(network);
          network.inject({ from: "a" }, there);
          network.inject({ from: "b" }, back);
          const sent: { true: number[]; false: number[] } = { true: [], false: [] };
          for (const [i, { way, pauseMs }] of plan.entries()) {
            (way ? near : far).send(frameOf(i));
            sent[`${way}`].push(i);
            if (pauseMs > 0) await clock.advance(pauseMs);
          }
          await clock.advance(10_000);
          expect(atFar).toEqual(sent.true);
          expect(atNear).toEqual(sent.false);
          expect([near.bufferedBytes, far.bufferedBytes, clock.pending]).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("latency and width are what the rule says", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    const { near, far } = await pair(network);
    const arrivals: number[] = [];
    far.read(() => arrivals.push(clock.now()));
    network.inject({ from: "a" }, { latencyMs: 50, bytesPerSecond: 1_000 });
    for (let i = 0; i < 3; i++) near.send(new Uint8Array(100));
    await clock.advance(1_000);
    expect(arrivals).toEqual([150, 250, 350]);
  });

  test("a dial pays the way there and back", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    network.inject({ from: "a" }, { latencyMs: 30 });
    network.inject({ from: "b" }, { latencyMs: 20 });
    const a = await opened(network, "a");
    const b = await opened(network, "b");
    let atMs = -1;
    const dial = a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    void dial.then(() => {
      atMs = clock.now();
    });
    await clock.advance(100);
    expect(atMs).toBe(50);
  });

  test("says wait above the high-water mark, and drained when there is room", async () => {
    const network = new MemoryNetwork();
    const { near, atFar } = await pair(network, { highWaterBytes: 10 });
    const undo = network.inject({ from: "a" }, { stall: true });
    expect([near.send(frameOf(0)), near.send(frameOf(1)), near.send(frameOf(2))]).toEqual([true, true, false]);
    expect(near.bufferedBytes).toBe(12);
    let drained = false;
    const waiting = near.drained({ signal: never }).then(() => {
      drained = true;
    });
    await turns();
    expect([drained, atFar]).toEqual([false, []]);
    undo();
    await waiting;
    expect([near.bufferedBytes, atFar]).toEqual([0, [0, 1, 2]]);
  });

  test("drained rejects with the signal's reason alone, and resolves when the connection closes", async () => {
    const network = new MemoryNetwork();
    const { near } = await pair(network, { highWaterBytes: 4 });
    network.inject({ from: "a" }, { stall: true });
    near.send(frameOf(0));
    const abort = new AbortController();
    const aborted = near.drained({ signal: abort.signal });
    const waiting = near.drained({ signal: never });
    abort.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    network.drop();
    await waiting;
  });

  test("a sender that does not wait loses its connection, not the process its memory", async () => {
    const network = new MemoryNetwork();
    const { near } = await pair(network, { highWaterBytes: 4, maxBufferedBytes: 100 });
    network.inject({}, { stall: true });
    for (let i = 0; i < 25; i++) near.send(frameOf(i));
    expect(near.bufferedBytes).toBe(100);
    near.send(frameOf(25));
    expect(await near.closed).toMatchObject({ by: "lost" });
    expect(near.bufferedBytes).toBe(0);
  });

  test("frames that come before the reader are kept in order, and not given within read", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a");
    const b = await opened(network, "b");
    const near = await a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    near.send(frameOf(0));
    near.send(frameOf(1));
    await turns();
    const seen: number[] = [];
    b.accepted[0]?.read((frame) => seen.push(frame[3] ?? -1));
    expect(seen).toEqual([]);
    near.send(frameOf(2));
    await turns();
    expect(seen).toEqual([0, 1, 2]);
  });

  test("nobody reads: kept up to a bound, then the connection ends by protocol", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a", { maxBufferedBytes: 100 });
    const b = await opened(network, "b", { maxBufferedBytes: 100 });
    const near = await a.transport.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    for (let i = 0; i < 26; i++) {
      near.send(frameOf(i));
      await turns();
    }
    expect(await b.accepted[0]?.closed).toMatchObject({ by: "protocol" });
    expect(await near.closed).toMatchObject({ by: "remote" });
    expect(network.connectionCount).toBe(0);
  });

  test("close delivers what was sent before, tells the other side, and is harmless twice", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    const { near, far, atFar } = await pair(network);
    network.inject({}, { latencyMs: 10 });
    near.send(frameOf(7));
    await near.close("done");
    await near.close("again");
    expect(await near.closed).toEqual({ by: "local", detail: "done" });
    expect(() => near.send(frameOf(8))).toThrow(coded("CONNECTION_CLOSED"));
    expect(network.connectionCount).toBe(1);
    await clock.advance(10);
    expect(await far.closed).toMatchObject({ by: "remote" });
    expect(atFar).toEqual([7]);
    expect([network.connectionCount, clock.pending]).toEqual([0, 0]);
  });

  test("refuses frames that are too large, and what is no frame", async () => {
    const { near } = await pair(new MemoryNetwork(), { capabilities: { maxFrameBytes: 1_024 } });
    near.send(new Uint8Array(1_024));
    expect(() => near.send(new Uint8Array(1_025))).toThrow(coded("FRAME_TOO_LARGE"));
    const untyped: { send(frame: unknown): boolean } = near;
    for (const nonsense of [undefined, null, "x", {}, [1]])
      expect(() => untyped.send(nonsense)).toThrow(coded("FRAME_INVALID"));
  });

  test("a reader's throw surfaces, and the frames behind it still arrive", async () => {
    const run: (() => void)[] = [];
    const network = new MemoryNetwork({ schedule: (fn) => void run.push(fn) });
    const { near, far } = await pair(network);
    for (const fn of run.splice(0)) fn();
    const seen: number[] = [];
    far.read((frame) => {
      if (frame[3] === 1) throw new Error("planted");
      seen.push(frame[3] ?? -1);
    });
    for (let i = 0; i < 4; i++) near.send(frameOf(i));
    const flush = () => {
      for (const fn of run.splice(0)) fn();
    };
    expect(flush).toThrow("planted");
    flush();
    expect(seen).toEqual([0, 2, 3]);
  });
});

describe("MemoryTransport's life", () => {
  test("states: idle, initializing, ready, active, ready, idle", async () => {
    const network = new MemoryNetwork();
    const b = await opened(network, "b");
    const a = new MemoryTransport({ network, name: "a" });
    const states = [a.state as string];
    a.onState((state) => states.push(state));
    await a.open(() => undefined, { signal: never });
    const connection = await a.connect({ addresses: b.transport.addresses() }, "memory", { signal: never });
    await connection.close();
    await turns();
    await a.close({ signal: never });
    await a.close({ signal: never });
    expect(states).toEqual(["idle", "initializing", "ready", "active", "ready", "idle"]);
  });

  test("close closes every connection, frees the address, and open works again", async () => {
    const network = new MemoryNetwork();
    const { a, b, near, far } = await pair(network);
    await b.close({ signal: never });
    expect(await far.closed).toMatchObject({ by: "local" });
    expect(await near.closed).toMatchObject({ by: "remote" });
    expect([b.addresses(), b.roadsTo({ addresses: a.addresses() })]).toEqual([[], []]);
    await expect(
      a.connect({ addresses: [{ transport: "memory", value: "b" }] }, "memory", { signal: never }),
    ).rejects.toEqual(coded("PEER_ABSENT"));
    await b.open(() => undefined, { signal: never });
    await a.connect({ addresses: b.addresses() }, "memory", { signal: never });
    expect(network.connectionCount).toBe(1);
  });

  test("an abort leaves nothing half-open: before, during the wait, and after close", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock });
    const a = await opened(network, "a");
    const b = await opened(network, "b");
    network.inject({}, { latencyMs: 50 });
    const target = { addresses: b.transport.addresses() };
    await expect(
      a.transport.connect(target, "memory", { signal: AbortSignal.abort(new Error("before")) }),
    ).rejects.toThrow("before");
    const abort = new AbortController();
    const dial = a.transport.connect(target, "memory", { signal: abort.signal });
    await turns();
    expect(clock.pending).toBe(1);
    abort.abort(new Error("during"));
    await expect(dial).rejects.toThrow("during");
    const orphan = a.transport.connect(target, "memory", { signal: never });
    await turns();
    await a.transport.close({ signal: never });
    await expect(orphan).rejects.toEqual(coded("CONNECTION_CLOSED"));
    await clock.advance(1_000);
    expect([clock.pending, network.connectionCount, b.accepted]).toEqual([0, 0, []]);
  });

  test("a taken address, a second open, a full network: typed refusals", async () => {
    const network = new MemoryNetwork({ maxEndpoints: 1 });
    const { transport } = await opened(network, "a");
    await expect(transport.open(() => undefined, { signal: never })).rejects.toEqual(coded("TRANSPORT_OPEN_FAILED"));
    await expect(opened(network, "a")).rejects.toEqual(coded("TRANSPORT_OPEN_FAILED"));
    await expect(opened(network, "b")).rejects.toEqual(coded("TRANSPORT_OPEN_FAILED"));
    await transport.close({ signal: never });
    await opened(network, "b");
  });

  test("connections have a cap on both sides", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a", { maxConnections: 1 });
    const b = await opened(network, "b", { maxConnections: 1 });
    const c = await opened(network, "c");
    const toB = { addresses: b.transport.addresses() };
    await a.transport.connect(toB, "memory", { signal: never });
    await expect(
      a.transport.connect({ addresses: c.transport.addresses() }, "memory", { signal: never }),
    ).rejects.toEqual(coded("DIAL_FAILED"));
    await expect(c.transport.connect(toB, "memory", { signal: never })).rejects.toEqual(coded("DIAL_FAILED"));
    expect(network.connectionCount).toBe(1);
  });

  test("an acceptor that throws fails the dial and leaves no connection", async () => {
    const network = new MemoryNetwork();
    const a = await opened(network, "a");
    const b = new MemoryTransport({ network, name: "b" });
    const planted = new Error("planted");
    const refuse = () => {
      throw planted;
    };
    await b.open(refuse, { signal: never });
    const dial = a.transport.connect({ addresses: b.addresses() }, "memory", { signal: never });
    await expect(dial).rejects.toMatchObject({ code: "DIAL_FAILED", cause: planted });
    await turns();
    expect([network.connectionCount, b.state]).toEqual([0, "ready"]);
  });

  test("reaches only what has an address of its own transport, and never itself", async () => {
    const network = new MemoryNetwork();
    const { transport } = await opened(network, "a");
    const roads = (value: string, id: string) => transport.roadsTo({ addresses: [{ transport: id, value }] });
    expect([
      roads("b", "memory"),
      roads("b", "gun"),
      roads("a", "memory"),
      transport.roadsTo({ addresses: [] }),
    ]).toEqual([["memory"], [], [], []]);
    const target = { addresses: [{ transport: "memory", value: "__proto__" }] };
    await expect(transport.connect(target, "memory", { signal: never })).rejects.toEqual(coded("PEER_ABSENT"));
    await expect(transport.connect(target, "relay", { signal: never })).rejects.toEqual(coded("DIAL_FAILED"));
  });

  test.each([0, -1, Number.NaN, 1.5, "x"])("refuses the limit %s", (nonsense) => {
    const network = new MemoryNetwork();
    for (const path of ["highWaterBytes", "maxBufferedBytes", "maxConnections"]) {
      expect(() => new MemoryTransport({ network, [path]: nonsense })).toThrow(coded("OPTION_INVALID"));
    }
    // @ts-expect-error: nonsense on purpose
    expect(() => new MemoryTransport({ network: {} })).toThrow(coded("OPTION_INVALID"));
  });
});
