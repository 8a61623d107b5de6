import { createSwarm, definePlugin, type Logger, ports, replaceRoom, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { settle } from "../hand-clock.ts";

const somebody = "a".repeat(52);
const nothing = definePlugin({ id: "nothing", api: 1, config: z.strictObject({}), setup: () => undefined });

/** What a thrown or rejected error says of itself. */
async function refusal(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error;
  }
}

describe("createSwarm refuses nonsense, with its path", () => {
  it.each<[unknown, string]>([
    [null, ""],
    [5, ""],
    [[], ""],
    [{ log: "loud" }, "log"],
    [{ replace: "abc" }, "replace"],
    [{ replace: [null] }, "replace[0]"],
    [{ replace: [replaceRoom(ports.clock, () => ({}) as never), 1] }, "replace[1]"],
  ])("%j", async (options, path) => {
    expect(await refusal(() => createSwarm(options as never))).toMatchObject({
      code: "OPTION_INVALID",
      detail: { path },
    });
  });

  it.each<[unknown, string]>([
    [nothing, "a plugin without use()"],
    [use(undefined as never), "nothing"],
  ])("a plugin that was not led through use() is one problem that says so", async (plugin, found) => {
    const error = await refusal(() => createSwarm({ plugins: [plugin as never] }));
    expect(error).toMatchObject({
      code: "CONFIG_INVALID",
      detail: {
        problems: [{ path: "plugins[0]", expected: expect.stringContaining("use(plugin, options)") }],
      },
    });
    expect(String(error)).toContain(found);
  });

  const cry = () => {
    throw new TypeError("mine");
  };
  it.each(["plugins", "network", "log", "replace", "identity"])("a %s that throws when it is read", async (name) => {
    const options = Object.defineProperty({}, name, { get: cry, enumerable: true });
    const refused = { code: "OPTION_INVALID", message: expect.stringContaining("mine") };
    expect(await refusal(() => createSwarm(options))).toMatchObject(refused);
  });

  it.each([
    [
      "an identity",
      {
        identity: {
          get id() {
            return cry();
          },
        },
      },
      "IDENTITY_INVALID",
    ],
    [
      "a replacement",
      {
        replace: [
          {
            get apply() {
              return cry();
            },
          },
        ],
      },
      "OPTION_INVALID",
    ],
    [
      "an entry",
      {
        plugins: [
          {
            get plugin() {
              return cry();
            },
          },
        ],
      },
      "CONFIG_INVALID",
    ],
  ])("%s whose member throws when it is read", async (_, options, code) => {
    expect(await refusal(() => createSwarm(options as never))).toMatchObject({ code });
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a text", "plugin"],
    ["a function", cry],
    ["a list", []],
    ["ports that are no list", { id: "a", provides: 5 }],
    [
      "a member that throws",
      {
        get id() {
          return cry();
        },
      },
    ],
  ])("what definePlugin is given where it is no definition: %s", (_, definition) => {
    const refused = expect.objectContaining({
      code: "PLUGIN_INVALID",
      cure: expect.stringContaining("definePlugin({"),
    });
    expect(() => definePlugin(definition as never)).toThrow(refused);
  });

  it("a time to live that no letter may have", async () => {
    const week = 604_800_000;
    await using longest = await createSwarm({ messaging: { ttlMs: week } });
    expect(longest.state).toBe("stopped");
    expect(await refusal(() => createSwarm({ messaging: { ttlMs: week + 1 } }))).toMatchObject({
      detail: { problems: [{ path: "messaging.ttlMs" }] },
    });
  });
});

describe("a node refuses nonsense", () => {
  it.each<[string, (swarm: Swarm) => unknown]>([
    ["itself to connect to", (swarm) => swarm.connect(swarm.id)],
    ["a signal that is none", (swarm) => swarm.connect(somebody, { signal: "soon" as never })],
    ["a signal that is none, at start", (swarm) => swarm.start({ signal: 1 as never })],
    ["a handler that is none", (swarm) => swarm.channel({ name: "a", schema: z.any() }).onMessage(3 as never)],
    [
      "a request handler that is none",
      (swarm) => swarm.channel({ name: "a", schema: z.any(), response: z.any() }).onRequest(null as never),
    ],
  ])("%s", async (_, run) => {
    await using swarm = await createSwarm();
    expect(await refusal(() => run(swarm))).toMatchObject({ code: "OPTION_INVALID" });
  });
});

describe("a name that no option has is refused with its path and what was meant", () => {
  const chat = (swarm: Swarm) => swarm.channel({ name: "a", schema: z.any(), response: z.any() });
  it.each<[string, string, string | undefined, (swarm: Swarm, o: never) => unknown]>([
    ["send", "ttl", "ttlMs", (swarm, o) => chat(swarm).send(somebody, 1, o)],
    ["request", "TTLms", "ttlMs", (swarm, o) => chat(swarm).request(somebody, 1, o)],
    ["broadcast", "signals", "signal", (swarm, o) => chat(swarm).broadcast(1, o)],
    ["send", "urgent", undefined, (swarm, o) => chat(swarm).send(somebody, 1, o)],
    ["connect", "signl", "signal", (swarm, o) => swarm.connect(somebody, o)],
    ["start", "timeoutMs", undefined, (swarm, o) => swarm.start(o)],
    ["disable", "cascad", "cascade", (swarm, o) => swarm.plugins.disable("nothing", o)],
    ["enable", "sgnal", "signal", (swarm, o) => swarm.plugins.enable("nothing", o)],
  ])("%s: %s", async (_, name, nearest, run) => {
    await using swarm = await createSwarm({ plugins: [use(nothing)] });
    const error = await refusal(() => run(swarm, { [name]: 5 } as never));
    expect(error).toMatchObject({ code: "OPTION_UNKNOWN", detail: { path: name, ...(nearest && { nearest }) } });
    expect(String(error)).toContain(nearest ? `did you mean "${nearest}"?` : `"${name}"`);
  });
});

describe("a listener that throws at what is replayed to it", () => {
  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("mine");
      },
    ],
    ["rejects", () => Promise.reject(new Error("mine"))],
  ])("%s: it stays subscribed, the event and the log name it, the caller hears nothing", async (_, listener) => {
    const lines: string[] = [];
    const ignore = () => {};
    const log: Logger = {
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (code, text, detail) => lines.push(`${code} ${text} ${JSON.stringify(detail)}`),
    };
    const replace = [replaceRoom(ports.logger, () => log)];
    await using swarm = await createSwarm({ plugins: [use(memoryPlugin({ network: new MemoryNetwork() }))], replace });
    const failures: string[] = [];
    swarm.on("handler:failed", ({ where, error }) => failures.push(`${where}: ${String(error)}`));
    let calls = 0;
    const undo = swarm.on("transport:state", () => {
      calls += 1;
      return listener() as never;
    });
    await settle();
    expect(failures).toEqual(['listener of "transport:state": Error: mine']);
    expect(lines).toEqual(['HANDLER_FAILED a handler failed: listener of "transport:state" {"error":"mine"}']);
    await swarm.start();
    expect(calls).toBeGreaterThan(1);
    undo();
  });
});
