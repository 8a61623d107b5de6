import { describe, expect, test } from "vitest";
import * as z from "zod";
import { definePlugin, type PluginDefinition, use } from "../../src/assembly/define-plugin.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import type { Announcement } from "../../src/ports/discovery.ts";
import { definePort } from "../../src/ports/port.ts";
import { ports } from "../../src/ports/ports.ts";
import type { Lane } from "../../src/ports/sync-channel.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { settle } from "../hand-clock.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";

const channel = { name: "test", schema: z.unknown() };
const none = z.strictObject({});

function toy(id: string, definition: Partial<PluginDefinition<typeof none>> = {}) {
  return use(definePlugin({ api: 1, config: none, setup: () => {}, ...definition, id }));
}

/** Two nodes on the pipes named, joined by all of them; what the second hears. */
async function pair(bench: Bench, ...ids: string[]) {
  const works = ids.map((id) => new PipeWorks(id));
  const plugins = works.map((each) => each.plugin());
  const a = await bench.node(1, plugins);
  const b = await bench.node(2, plugins);
  const heard: unknown[] = [];
  let doubles = 0;
  b.on("message:duplicate", () => void doubles++);
  b.channel(channel).onMessage((message) => void heard.push(message));
  await bench.outcome(Promise.all([a.start(), b.start()]));
  await bench.until(() => isJoined(a, b, works) && isJoined(b, a, works), "joined");
  return { a, b, works, heard, doubles: () => doubles };
}

const isJoined = (a: Swarm, b: Swarm, works: readonly PipeWorks[]) =>
  a.peers().find(({ id }) => id === b.id)?.transports.length === Math.min(2, works.length);

const transportsTo = (from: Swarm, to: Swarm) => from.peers().find(({ id }) => id === to.id)?.transports ?? [];
const isDisabled = (swarm: Swarm, id: string) => swarm.plugins.list().find((each) => each.id === id)?.disabled;
const stateOf = (swarm: Swarm, id: string) => swarm.getTransportStatus().health.get(id)?.status.state;

function told(swarm: Swarm): string[] {
  const events: string[] = [];
  swarm.on("plugin:disable", ({ plugin }) => void events.push(`- ${plugin}`));
  swarm.on("plugin:enable", ({ plugin }) => void events.push(`+ ${plugin}`));
  swarm.on("plugin:failed", ({ plugin }) => void events.push(`! ${plugin}`));
  return events;
}

describe("a transport that is disabled", () => {
  test("holds nothing open, dials no more, and the letters go by another", async () => {
    await using bench = new Bench();
    const { a, b, works, heard } = await pair(bench, "one", "two");
    const [one] = works;
    const events = told(a);
    const lane = a.channel(channel);
    const receipts = Array.from({ length: 50 }, (_, n) => lane.send(b.id, n));
    const disabled = a.plugins.disable("pipes-one");
    const more = Array.from({ length: 50 }, (_, n) => lane.send(b.id, 50 + n));
    await bench.outcome(disabled);
    await bench.outcome(Promise.all([...receipts, ...more]));
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(one?.ends.size).toBe(0);
    expect(one?.nodes.has(a.id)).toBe(false);
    expect(transportsTo(a, b)).toEqual(["two"]);
    expect(stateOf(a, "one")).toBe("disabled");
    expect(events).toEqual(["- pipes-one"]);
    const dials = one?.dials.filter(({ from }) => from === a.id).length;
    one?.sight(b.id);
    await bench.clock.advance(60_000);
    expect(one?.dials.filter(({ from }) => from === a.id).length).toBe(dials);
    await bench.outcome(a.plugins.enable("pipes-one"));
    await bench.until(() => transportsTo(a, b).length === 2, "dialled again");
    expect(stateOf(a, "one")).toBe("ready");
    expect(events).toEqual(["- pipes-one", "+ pipes-one"]);
  });

  test("waits for what is out on its links, so that nothing is sent twice", async () => {
    await using bench = new Bench();
    const { a, b, works, heard, doubles } = await pair(bench, "one");
    const [one] = works;
    if (one !== undefined) one.tricks.stall = true;
    const lane = a.channel(channel);
    const receipt = lane.send(b.id, "out");
    await settle();
    const disabled = a.plugins.disable("pipes-one");
    await bench.clock.advance(200);
    const late = lane.send(b.id, "late");
    await bench.clock.advance(200);
    expect(one?.ends.size).toBeGreaterThan(0);
    if (one !== undefined) one.tricks.stall = false;
    one?.release();
    await bench.outcome(disabled);
    expect((await bench.outcome(receipt)).value).toMatchObject({ status: "confirmed" });
    expect({ heard, doubles: doubles() }).toEqual({ heard: ["out"], doubles: 0 });
    expect(one?.ends.size).toBe(0);
    await bench.outcome(a.plugins.enable("pipes-one"));
    expect((await bench.outcome(late)).value).toMatchObject({ status: "confirmed" });
    expect({ heard, doubles: doubles() }).toEqual({ heard: ["out", "late"], doubles: 0 });
  });

  test("waits no longer than half its time: what is not answered then goes by another way", async () => {
    await using bench = new Bench();
    const { a, b, works, heard } = await pair(bench, "one", "two");
    const carrying = a.get(roomPorts.book).newest(b.id)?.best?.way.transport ?? "one";
    for (const each of works) if (each.id === carrying) each.tricks.stall = true;
    const receipt = a.channel(channel).send(b.id, "stuck");
    await settle();
    const { ms } = await bench.outcome(a.plugins.disable(`pipes-${carrying}`, { timeoutMs: 400 }));
    expect(ms).toBeLessThanOrEqual(425);
    await bench.outcome(receipt);
    expect(heard).toEqual(["stuck"]);
    expect(transportsTo(a, b)).not.toContain(carrying);
  });

  test("turns away who is on the doorstep", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const a = await bench.node(1, [works.plugin(() => false)]);
    const b = await bench.node(2, [works.plugin()]);
    works.tricks.stall = true;
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(() => a.get(roomPorts.doorman).pending === 1, "a handshake");
    await bench.outcome(a.plugins.disable("pipes-one"));
    expect({ pending: a.get(roomPorts.doorman).pending, ends: works.ends.size }).toEqual({ pending: 0, ends: 0 });
  });

  test("has its dials called off", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(() => false)]);
    works.tricks.dial = "hang";
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(() => works.hanging === 1, "a dial");
    await bench.outcome(a.plugins.disable("pipes-one"));
    expect(works.hanging).toBe(0);
    expect(a.explain(b.id).ways).toEqual([]);
  });

  test("stays so over a stop and a start of the node", async () => {
    await using bench = new Bench();
    const { a, b, works } = await pair(bench, "one");
    await bench.outcome(a.stop());
    await bench.outcome(a.plugins.disable("pipes-one"));
    await bench.outcome(a.start());
    await bench.clock.advance(5_000);
    expect({ peers: a.peers(), state: stateOf(a, "one"), ends: works[0]?.ends.size }).toEqual({
      peers: [],
      state: "disabled",
      ends: 0,
    });
    await bench.outcome(a.plugins.enable("pipes-one"));
    await bench.until(() => transportsTo(a, b).length === 1, "joined again");
  });
});

describe("what else a plugin provides", () => {
  test("a source is asked and told nothing, the others are told what is left, and on its return all is told anew", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const told: (string[] | "ended")[] = [];
    let asked = 0;
    const source = toy("source", {
      provides: [ports.discoverySource],
      setup: ({ provide }) =>
        provide(ports.discoverySource, {
          id: "hall",
          // biome-ignore lint/correctness/useYield: it sees nobody
          async *discover({ signal }) {
            asked++;
            await ended(signal);
            asked--;
          },
          async announce({ addresses }: Announcement, { signal }) {
            told.push(addresses.map(({ transport }) => transport));
            await ended(signal);
            told.push("ended");
          },
        }),
    });
    const a = await bench.node(1, [works.plugin(), source]);
    await bench.outcome(a.start());
    await settle();
    expect({ asked, told: told.splice(0) }).toEqual({ asked: 1, told: [["one"]] });
    await bench.outcome(a.plugins.disable("pipes-one"));
    expect({ asked, told: told.splice(0) }).toEqual({ asked: 1, told: ["ended", []] });
    await bench.outcome(a.plugins.disable("source"));
    expect({ asked, told: told.splice(0) }).toEqual({ asked: 0, told: ["ended"] });
    await bench.clock.advance(120_000);
    await bench.outcome(a.plugins.enable("pipes-one"));
    await bench.outcome(a.plugins.enable("source"));
    await settle();
    expect({ asked, told: told.splice(0) }).toEqual({ asked: 1, told: [["one"]] });
  });

  test("a mailbox is neither asked nor given letters", async () => {
    await using bench = new Bench();
    let collecting = 0;
    const mailbox = toy("mailbox", {
      provides: [ports.mailbox],
      setup: ({ provide }) =>
        provide(ports.mailbox, {
          id: "box",
          deposit: async () => {},
          async collect(_take, { signal }) {
            collecting++;
            await ended(signal);
            collecting--;
          },
        }),
    });
    const a = await bench.node(1, [mailbox]);
    await bench.outcome(a.start());
    const states: number[] = [collecting];
    await bench.outcome(a.plugins.disable("mailbox"));
    states.push(collecting);
    await bench.clock.advance(60_000);
    states.push(collecting);
    await bench.outcome(a.plugins.enable("mailbox"));
    states.push(collecting);
    expect(states).toEqual([1, 0, 0, 1]);
  });

  test("a channel is closed, and its lane opened anew", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const lanes: Lane<unknown>[] = [];
    const heard: unknown[] = [];
    const sync = toy("sync", {
      provides: [ports.syncChannel],
      setup: ({ provide }) =>
        provide(ports.syncChannel, {
          name: "count",
          schema: z.unknown(),
          attach: (lane: Lane<unknown>) => void lanes.push(lane),
          receive: (message: unknown) => void heard.push(message),
        }),
    });
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(), sync]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    const lane = a.channel({ ...channel, name: "count" });
    await bench.outcome(lane.send(b.id, 1));
    await bench.outcome(b.plugins.disable("sync"));
    expect((await bench.outcome(lane.send(b.id, 2))).error).toMatchObject({ code: "CHANNEL_UNKNOWN" });
    await expect(lanes[0]?.send(a.id, 3)).rejects.toMatchObject({ code: "CHANNEL_CLOSED" });
    await bench.outcome(b.plugins.enable("sync"));
    await bench.outcome(lane.send(b.id, 4));
    expect({ heard, lanes: lanes.length }).toEqual({ heard: [1, 4], lanes: 2 });
  });
});

describe("what cannot be disabled, or not so", () => {
  const soup = definePort<string>("soup");
  const stages: string[] = [];
  const staged = (id: string, definition: Partial<PluginDefinition<typeof none>>) =>
    toy(id, {
      ...definition,
      setup: ({ provide }) => {
        if (definition.provides !== undefined) provide(soup, id);
        return { start: () => void stages.push(`+ ${id}`), stop: () => void stages.push(`- ${id}`) };
      },
    });

  test("others that require it are named; with them it goes, they first, and comes back before them", async () => {
    await using bench = new Bench();
    const a = await bench.node(1, [
      staged("pot", { provides: [soup] }),
      staged("spoon", { requires: [soup] }),
      staged("plate", {}),
    ]);
    await bench.outcome(a.start());
    const refused = await bench.outcome(a.plugins.disable("pot"));
    expect(refused.error).toMatchObject({ code: "PLUGIN_IN_USE", detail: { plugin: "pot", dependants: ["spoon"] } });
    expect(a.plugins.list().some(({ disabled }) => disabled)).toBe(false);
    stages.length = 0;
    await bench.outcome(a.plugins.disable("pot", { cascade: true }));
    expect(stages.splice(0)).toEqual(["- spoon", "- pot"]);
    const missing = await bench.outcome(a.plugins.enable("spoon"));
    expect(missing.error).toMatchObject({ code: "PLUGIN_MISSING", detail: { provider: "pot" } });
    await bench.outcome(a.plugins.enable("pot"));
    await bench.outcome(a.plugins.enable("spoon"));
    expect(stages.splice(0)).toEqual(["+ pot", "+ spoon"]);
  });

  test("one that needs the kernel's own and another's, or was handed what it merely wants, comes back behind its provider", async () => {
    await using bench = new Bench();
    const a = await bench.node(1, [
      staged("pot", { provides: [soup] }),
      staged("spoon", { requires: [ports.clock, soup] }),
      staged("guest", { wants: [soup] }),
    ]);
    await bench.outcome(a.start());
    await bench.outcome(a.plugins.disable("pot", { cascade: true }));
    for (const id of ["spoon", "guest"]) {
      const { error } = await bench.outcome(a.plugins.enable(id));
      expect(error).toMatchObject({ code: "PLUGIN_MISSING", detail: { plugin: id, provider: "pot" } });
    }
  });

  test("a room of the kernel, an unknown name and impossible options are refused", async () => {
    await using bench = new Bench();
    const guard = toy("guardian", {
      provides: [ports.guard],
      setup: ({ provide }) => provide(ports.guard, { admit: () => ({ release() {} }), record() {} }),
    });
    const a = await bench.node(1, [guard]);
    await bench.outcome(a.start());
    await expect(a.plugins.disable("guardian")).rejects.toMatchObject({
      code: "PLUGIN_REQUIRED",
      detail: { port: "guard" },
    });
    await expect(a.plugins.disable("guardain")).rejects.toMatchObject({
      code: "PLUGIN_UNKNOWN",
      cure: expect.stringContaining('"guardian"'),
    });
    await expect(a.plugins.enable(undefined as never)).rejects.toMatchObject({ code: "PLUGIN_UNKNOWN" });
    for (const o of [{ timeoutMs: 0 }, { timeoutMs: Number.NaN }, { cascade: "yes" }, { signal: 1 }])
      await expect(a.plugins.disable("guardian", o as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("one that hangs or throws in its stop is disabled all the same, within its time, and told", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const stuck = toy("stuck", { setup: () => ({ stop: () => new Promise<void>(() => {}) }) });
    const broken = toy("broken", {
      setup: () => ({
        stop: () => {
          throw new Error("no");
        },
      }),
    });
    const a = await bench.node(1, [works.plugin(), stuck, broken]);
    await bench.outcome(a.start());
    const events = told(a);
    const { error, ms } = await bench.outcome(a.plugins.disable("stuck", { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: "PLUGIN_TIMEOUT", detail: { plugin: "stuck", phase: "stop" } });
    expect(ms).toBeLessThanOrEqual(325);
    expect((await bench.outcome(a.plugins.disable("broken"))).error).toMatchObject({ code: "PLUGIN_STOP_FAILED" });
    expect(events).toEqual(["! stuck", "- stuck", "! broken", "- broken"]);
    expect(a.plugins.list().filter(({ disabled }) => disabled)).toHaveLength(2);
  });

  test("a link that does not end keeps its transport from nothing", async () => {
    await using bench = new Bench();
    const { a, b, works } = await pair(bench, "one");
    const live = a.get(roomPorts.book).links(b.id)[0];
    if (live !== undefined) Object.defineProperty(live.link, "close", { value: () => new Promise<void>(() => {}) });
    const { error } = await bench.outcome(a.plugins.disable("pipes-one", { timeoutMs: 200 }));
    await settle();
    expect(error).toMatchObject({ code: "PLUGIN_TIMEOUT" });
    expect(works[0]?.nodes.has(a.id)).toBe(false);
    live?.link.connection.close();
  });

  test("one that cannot start stays disabled", async () => {
    await using bench = new Bench();
    let fails = false;
    const moody = toy("moody", {
      setup: () => ({
        start: () => {
          if (fails) throw new Error("not today");
        },
      }),
    });
    const a = await bench.node(1, [moody]);
    await bench.outcome(a.start());
    await bench.outcome(a.plugins.disable("moody"));
    fails = true;
    expect((await bench.outcome(a.plugins.enable("moody"))).error).toMatchObject({ code: "PLUGIN_START_FAILED" });
    expect(isDisabled(a, "moody")).toBe(true);
  });
});

describe("at any moment", () => {
  test("twice is harmless, and in turn", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, "one");
    const events = told(a);
    const { disable, enable } = {
      disable: () => a.plugins.disable("pipes-one"),
      enable: () => a.plugins.enable("pipes-one"),
    };
    await bench.outcome(Promise.all([disable(), disable(), enable(), enable(), disable(), enable()]));
    expect(events).toEqual(["- pipes-one", "+ pipes-one", "- pipes-one", "+ pipes-one"]);
    await bench.until(() => transportsTo(a, b).length === 1, "joined again");
  });

  test("during a start it comes behind it, during a stop too", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("one");
    const a = await bench.node(1, [works.plugin()]);
    const starting = a.start();
    const disabling = a.plugins.disable("pipes-one");
    await bench.outcome(Promise.all([starting, disabling]));
    expect({ state: a.state, isDisabled: isDisabled(a, "pipes-one"), nodes: works.nodes.size }).toEqual({
      state: "started",
      isDisabled: true,
      nodes: 0,
    });
    const stopping = a.stop();
    const enabling = a.plugins.enable("pipes-one");
    await bench.outcome(Promise.all([stopping, enabling]));
    expect({ state: a.state, isDisabled: isDisabled(a, "pipes-one"), nodes: works.nodes.size }).toEqual({
      state: "stopped",
      isDisabled: false,
      nodes: 0,
    });
    await bench.outcome(a.start());
    expect(works.nodes.size).toBe(1);
  });

  test.each(["abort", "stop"])("an %s while answers are awaited leaves it in use", async (how) => {
    await using bench = new Bench();
    const { a, b, works, heard } = await pair(bench, "one");
    const [one] = works;
    if (one !== undefined) one.tricks.stall = true;
    const receipt = a
      .channel(channel)
      .send(b.id, "out")
      .catch(() => {});
    await settle();
    const abort = new AbortController();
    const disabling = bench.outcome(a.plugins.disable("pipes-one", { signal: abort.signal }));
    await settle();
    expect(isDisabled(a, "pipes-one")).toBe(true);
    const stopping = how === "abort" ? abort.abort(new Error("changed my mind")) : a.stop();
    const { error } = await disabling;
    expect(error).toMatchObject(how === "abort" ? { message: "changed my mind" } : { code: "SWARM_STOPPED" });
    expect(isDisabled(a, "pipes-one")).toBe(false);
    if (one !== undefined) one.tricks.stall = false;
    one?.release();
    if (how === "stop") return void (await bench.outcome(stopping ?? Promise.resolve()));
    await bench.outcome(receipt);
    await bench.outcome(a.channel({ ...channel, name: "other" }).send(b.id, 1));
    expect(heard).toEqual(["out"]);
    const links = a.get(roomPorts.book).links(b.id);
    expect(links.map(({ usable }) => usable)).toEqual([true]);
  });

  test("a stop of the node waits for a plugin that is being stopped, and stops it no second time meanwhile", async () => {
    await using bench = new Bench();
    const stages: string[] = [];
    const slow = toy("slow", {
      setup: () => ({
        stop: async () => {
          stages.push("begins");
          await new Promise<void>((resolve) => void bench.clock.timer(500, resolve));
          stages.push("ends");
        },
      }),
    });
    const a = await bench.node(1, [slow]);
    await bench.outcome(a.start());
    const disabling = a.plugins.disable("slow");
    await settle();
    await bench.outcome(Promise.all([disabling, a.stop()]));
    expect(stages.slice(0, 3)).toEqual(["begins", "ends", "begins"]);
  });

  test("an abort of an enable stops what had started", async () => {
    await using bench = new Bench();
    const { a, works } = await pair(bench, "one");
    const [one] = works;
    await bench.outcome(a.plugins.disable("pipes-one"));
    if (one !== undefined) one.tricks.open = "hang";
    const abort = new AbortController();
    const enabling = bench.outcome(a.plugins.enable("pipes-one", { signal: abort.signal }));
    await settle();
    abort.abort(new Error("too slow"));
    expect((await enabling).error).toMatchObject({ message: "too slow" });
    expect({ isDisabled: isDisabled(a, "pipes-one"), open: one?.nodes.has(a.id) }).toEqual({
      isDisabled: true,
      open: false,
    });
  });
});

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
