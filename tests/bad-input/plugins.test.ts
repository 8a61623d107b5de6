import { createSwarm, definePlugin, type PluginUse, SwarmError, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";
import { heard, outcome, Stage } from "../acceptance/stage.ts";

const none = z.strictObject({});

/** What a user is told: all of it in one text. */
async function refusalOf(...plugins: readonly PluginUse[]): Promise<string> {
  const refused = await outcome(createSwarm({ plugins, log: "silent" }));
  if (!("error" in refused && SwarmError.is(refused.error, "CONFIG_INVALID"))) throw new Error("it was not refused");
  return refused.error.message;
}

/** Two nodes of a network in memory, the second with one plugin more, and what it did. */
async function beside(stage: Stage, flawed: PluginUse, ...more: readonly PluginUse[]) {
  const done: string[] = [];
  const witness = definePlugin({
    id: "witness",
    api: 1,
    config: none,
    setup: () => ({ start: () => void done.push("started"), stop: () => void done.push("stopped") }),
  });
  const road = () => use(memoryPlugin({ network: stage.network }));
  const alice = await stage.node("alice", [road()]);
  const bob = await stage.node("bob", [road(), use(witness), flawed, ...more]);
  return { alice, bob, done };
}

/** Never ends, and tells of the signal it was given. */
function hang(signals: AbortSignal[]) {
  return ({ signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<void>(() => {});
  };
}

test("a plugin of another api: named, with both numbers and the cure; the others of the list are checked all the same", async () => {
  const future = definePlugin({ id: "from-tomorrow", api: 2, config: none, setup() {} });
  const typo = definePlugin({ id: "of-today", api: 1, config: z.strictObject({ room: z.string() }), setup() {} });
  // @ts-expect-error: the option has a wrong name
  const message = await refusalOf(use(future), use(typo, { rom: "kitchen" }));
  expect(message).toContain(
    'plugins[0]: expected a plugin of api 1, found "from-tomorrow" of api 2 (install a version of the plugin for this kernel)',
  );
  expect(message).toContain('plugins[1].with.rom: expected one of the keys "room"');
});

test("a schema that throws, or waits: the plugin, what it threw and who can mend it", async () => {
  const throws = z.strictObject({}).refine(() => {
    throw new Error("cannot read the moon");
  });
  const waits = z.strictObject({}).refine(async () => true);
  const flawed = (id: string, config: typeof throws) => use(definePlugin({ id, api: 1, config, setup() {} }));
  const message = await refusalOf(flawed("moon-reader", throws), flawed("late-reader", waits));
  expect(message).toContain("plugins[0].with: ");
  expect(message).toContain(
    "the schema of moon-reader, which threw: cannot read the moon (report it to the plugin's author)",
  );
  expect(message).toContain("plugins[1].with: ");
  expect(message).toContain("the schema of late-reader, which threw: ");
});

test("a channel's schema that throws: the sender is told at once, and nothing else is harmed", async () => {
  await using stage = new Stage("schema");
  const { alice, bob } = await beside(stage, use(definePlugin({ id: "quiet", api: 1, config: none, setup() {} })));
  const bad = z.string().refine((text) => {
    if (text === "boom") throw new Error("boom it is");
    return true;
  });
  const there = alice.channel({ name: "chat", schema: bad });
  const letters: string[] = [];
  bob.channel({ name: "chat", schema: z.string() }).onMessage((text) => void letters.push(text));
  await stage.start();
  await expect(stage.until(there.send(bob.id, "boom"))).rejects.toMatchObject({
    code: "MESSAGE_INVALID",
    message: "on channel chat: its schema threw: boom it is",
    cure: expect.stringContaining("Correct the schema"),
  });
  await stage.until(there.send(bob.id, "well"));
  expect(letters).toEqual(["well"]);
});

test("a plugin that hangs in start: its time is over, its signal aborts, all stops in reverse, and the cause is named", async () => {
  await using stage = new Stage("start");
  const signals: AbortSignal[] = [];
  const stopped: string[] = [];
  const flawed = definePlugin({
    id: "sleeper",
    api: 1,
    config: none,
    startTimeoutMs: 3_000,
    setup: () => ({ start: hang(signals), stop: () => void stopped.push("sleeper") }),
  });
  const { alice, bob, done } = await beside(stage, use(flawed));
  await stage.start(alice);
  const before = stage.clock.now();
  const error = await stage.until(bob.start()).catch((reason: unknown) => reason);
  expect(stage.clock.now() - before).toBe(3_000);
  expect(error).toMatchObject({
    code: "PLUGIN_TIMEOUT",
    message: "sleeper did not start within 3000 ms.",
    detail: { plugin: "sleeper", phase: "start", timeoutMs: 3_000 },
    cure: expect.stringMatching(/what sleeper needs is reachable; raise its `startTimeoutMs`/),
  });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect([done, stopped, bob.state]).toEqual([["started", "stopped"], ["sleeper"], "stopped"]);
  expect(alice.state).toBe("started");
});

test("a plugin that hangs in stop: it is named, its signal aborts, and the rest stops cleanly, and starts again", async () => {
  await using stage = new Stage("stop");
  const signals: AbortSignal[] = [];
  const flawed = definePlugin({
    id: "clinger",
    api: 1,
    config: none,
    stopTimeoutMs: 2_000,
    setup: () => ({ stop: hang(signals) }),
  });
  const { alice, bob, done } = await beside(stage, use(flawed));
  const failed = heard(bob, "plugin:failed");
  await stage.start();
  await stage.eventually(() => alice.peers().length === 1, "they met");
  await stage.until(bob.stop());
  expect(failed).toEqual([
    {
      plugin: "clinger",
      phase: "stop",
      error: expect.objectContaining({
        code: "PLUGIN_TIMEOUT",
        message: "clinger did not stop within 2000 ms.",
        cure: expect.stringContaining("`stopTimeoutMs`"),
      }),
    },
  ]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect([done, bob.state]).toEqual([["started", "stopped"], "stopped"]);
  await stage.eventually(() => alice.peers().length === 0, "alice saw bob leave");
  await stage.start(bob);
  await stage.eventually(() => alice.peers().length === 1, "they met again");
});
