import { describe, expect, it } from "vitest";
import * as z from "zod";
import { assemble, type NodeContext } from "../../src/assembly/assemble.ts";
import { definePlugin, type PluginDefinition, use } from "../../src/assembly/define-plugin.ts";
import { checkPluginUses } from "../../src/assembly/parse-config.ts";
import { PortContainer } from "../../src/assembly/port-container.ts";
import type { Plugin } from "../../src/ports/plugin.ts";
import { defineManyPort, definePort, type Port } from "../../src/ports/port.ts";
import { ports } from "../../src/ports/ports.ts";
import { consoleLogger } from "../../src/status/console-logger.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { prefixedLogger } from "../../src/status/logger-prefix.ts";
import { systemRandom } from "../../src/system/system-random.ts";
import { HandClock } from "../hand-clock.ts";

const red = definePort<string>("red");
const blue = definePort<string>("blue");
const many = defineManyPort<string>("many");
const none = z.strictObject({});

function toy(
  definition: Partial<PluginDefinition<typeof none>> & Pick<PluginDefinition<typeof none>, "id" | "setup">,
): Plugin<typeof none> {
  return definePlugin({ api: 1, config: none, ...definition });
}

function run(plugins: readonly Plugin<typeof none>[], container = new PortContainer()) {
  const clock = new HandClock();
  const lines: string[] = [];
  const log = consoleLogger({ clock, level: "info", write: (_, line) => lines.push(line) });
  const context: Omit<NodeContext, "log"> = {
    self: { id: "me", network: "n", sign: async () => new Uint8Array() },
    clock,
    random: systemRandom(),
    events: new EventEmitter(),
  };
  const contextFor = (plugin: Plugin): NodeContext => ({ ...context, log: prefixedLogger(log, plugin.id) });
  return {
    container,
    lines,
    steps: assemble({ plugins: checkPluginUses(plugins.map((plugin) => use(plugin))), container, contextFor }),
  };
}

describe("assemble", () => {
  it("sets plugins up in order, hands them their ports and names, and starts nothing", () => {
    const seen: unknown[] = [];
    const user = toy({
      id: "user",
      requires: [red],
      wants: [blue, many],
      setup: ({ use, log, config }) => {
        log.info("hello");
        seen.push(use(red), use(blue), Object.isFrozen(config));
        return { start: () => void seen.push("started"), stop() {} };
      },
      startTimeoutMs: 7,
    });
    const provider = toy({ id: "provider", provides: [red], setup: ({ provide }) => provide(red, "red!") });
    const { steps, lines } = run([user, provider]);
    expect(seen).toEqual(["red!", undefined, true]);
    expect(steps.map((step) => [step.name, step.startTimeoutMs, step.stopTimeoutMs])).toEqual([
      ["provider", 10_000, 5000],
      ["user", 7, 5000],
    ]);
    expect(lines).toEqual(["swarm-space info: user: hello"]);
  });

  it("completes many-ports before start, also where the provider came later", () => {
    let list: readonly string[] = [];
    const first = toy({
      id: "first",
      provides: [red],
      wants: [many],
      setup: ({ use, provide }) => {
        list = use(many);
        provide(red, "r");
      },
    });
    const second = toy({
      id: "second",
      requires: [red],
      provides: [many],
      setup: ({ provide }) => {
        provide(many, "a");
        provide(many, "b");
      },
    });
    run([first, second]);
    expect(list).toEqual(["a", "b"]);
    expect(Object.isFrozen(list)).toBe(true);
  });

  it.each(["provide", "use"] as const)("refuses to %s a port that the definition does not name", (verb) => {
    const plugin = toy({
      id: "sly",
      setup: ({ provide, use }) => void (verb === "provide" ? provide(red, "x") : use(red)),
    });
    expect(() => run([plugin])).toThrow(
      expect.objectContaining({ code: "PORT_UNDECLARED", detail: { plugin: "sly", port: "red" } }),
    );
  });

  const whole = {
    id: "pigeon",
    state: "idle",
    ...Object.fromEntries(
      ["open", "roadsTo", "connect", "close", "onState", "addresses"].map((name) => [name, () => []]),
    ),
  };

  it.each([
    ["transport", null, ["id", "state", "open", "roadsTo", "connect", "close", "onState", "addresses"]],
    ["transport", { ...whole, onState: undefined, addresses: [] }, ["onState", "addresses"]],
    ["transport", { ...whole, id: "" }, ["id"]],
    ["mailbox", { id: "box", deposit() {} }, ["collect"]],
    ["discoverySource", { discover() {} }, ["id"]],
    ["discoverySource", "gun", ["id", "discover"]],
    ["syncChannel", { name: "chat", schema: {}, receive() {} }, ["schema"]],
    ["syncChannel", { name: "chat", schema: z.string() }, ["receive"]],
    ["guard", { admit() {} }, ["record"]],
    ["store", undefined, ["namespace", "batch", "close"]],
  ] as const)(
    "refuses at the %s port what is none: it names plugin, port, what is missing and the cure",
    (name, value, missing) => {
      const port: Port<unknown> = ports[name];
      const plugin = toy({ id: "half", provides: [port], setup: ({ provide }) => provide(port, value) });
      const refused = expect.objectContaining({
        code: "PORT_INVALID",
        message: expect.stringMatching(
          new RegExp(`^half provided .*"${port.name}".*${missing.map((each) => `\\b${each}\\b`).join(".*")}`),
        ),
        cure: expect.stringContaining("writing-a-transport"),
        detail: { plugin: "half", port: port.name, missing },
      });
      expect(() => run([plugin])).toThrow(refused);
    },
  );

  it("takes at a port what has its shape, also where it is inherited, or a function", () => {
    class Pigeon {}
    Object.assign(Pigeon.prototype, whole);
    for (const value of [whole, new Pigeon(), Object.assign(() => {}, whole)]) {
      const port: Port<unknown> = ports.transport;
      const { container } = run([toy({ id: "whole", provides: [port], setup: ({ provide }) => provide(port, value) })]);
      expect(container.all(ports.transport)).toEqual([value]);
    }
  });

  it("refuses to provide after setup", () => {
    let late = (): void => {};
    run([
      toy({
        id: "late",
        provides: [red],
        setup: ({ provide }) => {
          late = () => provide(red, "x");
        },
      }),
    ]);
    expect(late).toThrow(expect.objectContaining({ code: "PORT_UNDECLARED" }));
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
    ],
    [
      "gives a promise",
      async () => {
        throw new Error("late");
      },
    ],
    ["gives nonsense", () => 3],
    ["gives a handle of the wrong shape", () => ({ start: 3 })],
    [
      "gives a handle that throws when it is read",
      () => ({
        get start() {
          throw new Error("mine");
        },
      }),
    ],
  ])("names a plugin whose setup %s", (_, setup) => {
    // @ts-expect-error: authors without types
    const plugin = toy({ id: "flawed", setup });
    expect(() => run([plugin])).toThrow(
      expect.objectContaining({ code: "PLUGIN_SETUP_FAILED", detail: { plugin: "flawed" } }),
    );
  });

  it("lets a plugin replace a room of the kernel", () => {
    const container = new PortContainer();
    container.provideFactory(red, () => "kernel");
    run([toy({ id: "better", provides: [red], setup: ({ provide }) => provide(red, "plugin") })], container);
    expect(container.get(red)).toBe("plugin");
  });
});
