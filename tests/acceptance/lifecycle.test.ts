import { definePlugin, ports, roomPorts, type Swarm, use } from "@swarm-space/core";
import { activeResources, leakedSince, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { outcome, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "acceptance", schema: z.unknown() };

async function pair(stage: Stage) {
  const office = new CourierOffice();
  const plugins = [use(memoryPlugin({ network: stage.network })), use(courierPlugin({ office }))];
  return { office, a: await stage.node("a", plugins), b: await stage.node("b", plugins) };
}

const bothWays = (a: Swarm, b: Swarm) => () => reaches(a, b, "memory", "courier") && reaches(b, a, "memory", "courier");

describe("ACCEPTANCE 11: stop() then start()", () => {
  test("one delivery per message, a whole status table, no timer more than before", async () => {
    await using stage = new Stage();
    const { a, b } = await pair(stage);
    const atB: unknown[] = [];
    b.channel(channel).onMessage((message) => void atB.push(message));
    const lane = a.channel(channel);
    await stage.start();
    await stage.eventually(bothWays(a, b), "two ways");
    await stage.clock.advance(120_000);
    await stage.until(lane.send(b.id, "first life"));
    await stage.clock.advance(60_000);
    const timers = stage.clock.pending;
    for (let life = 0; life < 5; life++) {
      for (const node of [a, b]) {
        await stage.until(node.stop());
        expect(node.state).toBe("stopped");
        expect(node.peers()).toEqual([]);
        await stage.until(node.start());
      }
      await stage.eventually(bothWays(a, b), "two ways again");
      await stage.until(lane.send(b.id, `life ${life}`));
      await stage.until(lane.broadcast(`to all ${life}`));
    }
    await stage.clock.advance(180_000);
    expect(atB).toEqual([
      "first life",
      ...Array.from({ length: 5 }, (_, life) => [`life ${life}`, `to all ${life}`]).flat(),
    ]);
    for (const node of [a, b]) {
      const { primary, health, totalPeers } = node.getTransportStatus();
      expect([...health.keys()].sort()).toEqual(["courier", "memory"]);
      for (const row of health.values()) {
        expect(row).toMatchObject({ status: { state: expect.stringMatching(/ready|active/) }, connectedPeers: 1 });
      }
      expect(primary).not.toBeNull();
      expect(totalPeers).toBe(1);
    }
    expect(stage.clock.pending).toBeLessThanOrEqual(timers);
    await stage.until(Promise.all([a.stop(), b.stop()]));
    expect(stage.clock.pending).toBe(0);
    expect(stage.network.connectionCount).toBe(0);
  });

  test("a letter that waits at the stop is told SWARM_STOPPED, and none is sent while stopped", async () => {
    await using stage = new Stage();
    const { a, b } = await pair(stage);
    const lane = a.channel(channel);
    await stage.start(a);
    const waiting = outcome(lane.send(b.id, "b is not there"));
    await stage.clock.advance(1_000);
    await stage.until(a.stop());
    expect(await stage.until(waiting)).toMatchObject({ error: { code: "SWARM_STOPPED" } });
    expect(await outcome(lane.send(b.id, "still not"))).toMatchObject({ error: { code: "SWARM_STOPPED" } });
    expect(stage.clock.pending).toBe(0);
  });
});

describe("ACCEPTANCE 12: start() that fails half way, or is called twice at once", () => {
  const failing = (where: { readonly started: string[]; fail: boolean }) =>
    definePlugin({
      id: "half-way",
      api: 1,
      config: z.strictObject({}),
      setup: ({ clock }) => {
        let timer: Disposable | undefined;
        return {
          start() {
            where.started.push("start");
            timer = clock.timer(1_000_000, () => {});
            if (where.fail) throw new Error("half way");
          },
          stop() {
            where.started.push("stop");
            timer?.[Symbol.dispose]();
          },
        };
      },
    });

  test("nothing is left running, the error names the plugin, and a later start succeeds", async () => {
    await using stage = new Stage();
    const office = new CourierOffice();
    const where = { started: [] as string[], fail: true };
    const first = definePlugin({
      id: "first",
      api: 1,
      config: z.strictObject({}),
      setup: () => ({ start: () => void where.started.push("first"), stop: () => void where.started.push("un-first") }),
    });
    const a = await stage.node("a", [
      use(first),
      use(failing(where)),
      use(memoryPlugin({ network: stage.network })),
      use(courierPlugin({ office })),
    ]);
    const error = await stage.until(outcome(a.start()));
    expect(error).toMatchObject({ error: { code: "PLUGIN_START_FAILED", detail: { plugin: "half-way" } } });
    expect(where.started).toEqual(["first", "start", "stop", "un-first"]);
    expect(a.state).toBe("stopped");
    expect(office.doors.size).toBe(0);
    expect(stage.clock.pending).toBe(0);
    where.fail = false;
    await stage.until(a.start());
    expect(a.state).toBe("started");
  });

  test("twice at once is one start: each transport is opened once", async () => {
    await using stage = new Stage();
    const { a, office } = await pair(stage);
    await stage.until(Promise.all([a.start(), a.start(), a.start()]));
    await stage.until(a.start());
    expect(office.opened).toBe(1);
    expect(a.getTransportStatus().health.get("memory")?.status.state).toBe("ready");
  });

  test("stopped while it starts: the start rejects, nothing is left", async () => {
    await using stage = new Stage();
    const { a, office } = await pair(stage);
    office.tricks = { open: "hang" };
    const start = outcome(a.start());
    await stage.clock.advance(100);
    await stage.until(a.stop());
    expect(await start).toMatchObject({ error: { code: "SWARM_STOPPED" } });
    expect(a.state).toBe("stopped");
    expect(stage.clock.pending).toBe(0);
    office.tricks = {};
    await stage.until(a.start());
    expect(a.state).toBe("started");
  });

  test("an aborted start rejects with the signal's reason, nothing is left", async () => {
    await using stage = new Stage();
    const { a, office } = await pair(stage);
    office.tricks = { open: "hang" };
    const cancel = new AbortController();
    const start = outcome(a.start({ signal: cancel.signal }));
    await stage.clock.advance(100);
    cancel.abort(new Error("changed my mind"));
    expect(await stage.until(start)).toMatchObject({ error: { message: "changed my mind" } });
    expect(stage.clock.pending).toBe(0);
    expect(stage.network.connectionCount).toBe(0);
  });
});

describe("ACCEPTANCE 13 (Node): no window, no WebRTC, no network", () => {
  test("start succeeds with what there is, and the status says what is missing", async () => {
    expect("window" in globalThis).toBe(false);
    expect("RTCPeerConnection" in globalThis).toBe(false);
    await using stage = new Stage();
    const broken = new CourierOffice();
    broken.tricks = { open: "fail" };
    const plugins = [use(memoryPlugin({ network: stage.network })), use(courierPlugin({ office: broken }))];
    const a = await stage.node("a", plugins);
    const b = await stage.node("b", plugins);
    b.channel(channel).onMessage(() => {});
    await stage.start();
    const { health, primary } = a.getTransportStatus();
    expect(health.get("courier")?.status).toEqual({ state: "error", lastError: "the stable burnt down" });
    expect(primary).toBe("memory");
    expect(await stage.until(a.channel(channel).send(b.id, "all the same"))).toMatchObject({ transport: "memory" });
  });

  test("with no transport at all, and with none that works, it starts and says so", async () => {
    await using stage = new Stage();
    const alone = await stage.node("alone", []);
    const cut = await stage.node("cut", [use(memoryPlugin({ network: stage.network }))]);
    stage.network.inject({}, { open: "fail" });
    await stage.start();
    expect(alone.getTransportStatus()).toEqual({ primary: null, health: new Map(), totalPeers: 0 });
    expect(cut.getTransportStatus().health.get("memory")?.status.state).toBe("error");
    const lost = await stage.until(outcome(cut.channel(channel).send(alone.id, "anybody?", { ttlMs: 1_000 })));
    expect(lost).toMatchObject({ error: { code: "LETTER_EXPIRED", detail: { attempts: 0 } } });
  });
});

describe("ACCEPTANCE 14: one transport that is never ready", () => {
  test("start does not hang on it; what is ready is used, and the late one joins", async () => {
    await using stage = new Stage();
    const { a, b } = await pair(stage);
    const heal = stage.network.inject({ transport: "memory" }, { open: "hang" });
    b.channel(channel).onMessage(() => {});
    const begun = stage.clock.now();
    await stage.start();
    expect(stage.clock.now() - begun).toBeLessThanOrEqual(5_000);
    expect(a.getTransportStatus().health.get("memory")?.status.state).toBe("initializing");
    expect(await stage.until(a.channel(channel).send(b.id, "by courier"))).toMatchObject({ transport: "courier" });
    heal();
    await stage.eventually(bothWays(a, b), "the late transport carries too");
  });

  test("without the bound on opening the start hangs", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage);
    stage.network.inject({ transport: "memory" }, { open: "hang" });
    const room = a.get(roomPorts.transports);
    const opening = a.get(ports.transport).map((transport) => () => transport.open(() => {}, { signal: stop.signal }));
    const stop = new AbortController();
    room.open = async () => void (await Promise.all(opening.map((open) => open())));
    const start = outcome(a.start());
    let started = false;
    void start.then(() => {
      started = true;
    });
    await stage.clock.advance(20_000);
    expect(started).toBe(false);
    stop.abort(new Error("enough"));
    await stage.until(a.stop());
  });
});

describe("stop", () => {
  test("after stop() of every node no timer, socket or worker is left", async () => {
    const before = activeResources();
    const stage = new Stage();
    const { a, b } = await pair(stage);
    b.channel(channel).onMessage(() => new Promise(() => {}));
    await stage.start();
    void outcome(a.channel(channel).send(b.id, "under way"));
    await stage.clock.advance(700);
    await stage[Symbol.asyncDispose]();
    expect(stage.clock.pending).toBe(0);
    expect(stage.network.connectionCount).toBe(0);
    expect(await leakedSince(before)).toEqual(new Map());
  });

  test("at whatever moment it comes", async () => {
    for (let ms = 0; ms < 1_600; ms += 50) {
      const stage = new Stage(`at ${ms}`);
      const { a, b, office } = await pair(stage);
      stage.network.inject({}, { latencyMs: 20, jitterMs: 40 });
      await stage.start();
      void outcome(a.channel(channel).send(b.id, "under way"));
      await stage.clock.advance(ms);
      await stage[Symbol.asyncDispose]();
      expect([ms, stage.clock.pending, stage.network.connectionCount, office.roads.size]).toEqual([ms, 0, 0, 0]);
    }
  });

  test("while one way stands and another is dialled", async () => {
    await using stage = new Stage();
    const { a, b, office } = await pair(stage);
    office.tricks = { dial: "hang" };
    await stage.start();
    await stage.eventually(() => reaches(a, b, "memory") && office.dials.length > 0, "one stands, one hangs");
    await stage.until(Promise.all([a.stop(), b.stop()]));
    expect(stage.clock.pending).toBe(0);
  });
});
