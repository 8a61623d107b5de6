import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SwarmError } from "../../src/errors/index.ts";
import { consoleLogger } from "../../src/status/console-logger.ts";
import { prefixedLogger } from "../../src/status/logger-prefix.ts";
import { HandClock } from "../hand-clock.ts";

function logTo(level: "debug" | "info" | "warn" | "error" | "silent" = "debug", repeatAfterMs?: number) {
  const clock = new HandClock();
  const lines: string[] = [];
  const write = (_: string, line: string): void => void lines.push(line);
  return {
    clock,
    lines,
    log: consoleLogger({ clock, level, write, ...(repeatAfterMs === undefined ? {} : { repeatAfterMs }) }),
  };
}

describe("consoleLogger", () => {
  afterEach(() => vi.restoreAllMocks());

  it("writes warnings and errors to the console with their code, and nothing less, by default", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const info = vi.spyOn(console, "info").mockImplementation(() => {});
    const log = consoleLogger({ clock: new HandClock() });
    log.info("quiet");
    log.warn("DIAL_FAILED", "no way", { tries: 2 });
    log.error("STORE_FAILED", "broken");
    expect(warn).toHaveBeenCalledWith('swarm-space warn DIAL_FAILED: no way {"tries":2}');
    expect(error).toHaveBeenCalledWith("swarm-space error STORE_FAILED: broken");
    expect(info).not.toHaveBeenCalled();
  });

  it("hides secrets by name and in addresses, and shows public keys", () => {
    const { log, lines } = logTo();
    log.info("x ws://me:hush@host/gun", {
      apiKey: "hush",
      auth_token: "hush",
      nested: [{ PASSWORD: "hush", credential: { a: "hush" } }],
      publicKey: "shown",
    });
    expect(lines[0]).not.toContain("hush");
    expect(lines[0]).toContain('"publicKey":"shown"');
    expect(lines[0]).toContain("ws://[hidden]@host/gun");
  });

  it("never throws: circles, throwing getters, proxies, bytes, bigints, depth, a broken writer", () => {
    const { log, lines } = logTo();
    const circle: Record<string, unknown> = {
      big: 1n,
      bytes: new Uint8Array(3),
      when: new Date(Number.NaN),
      error: new SwarmError("PORT_UNKNOWN", "what"),
    };
    circle["self"] = circle;
    Object.defineProperty(circle, "bad", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    circle["proxy"] = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    log.info("odd", circle);
    expect(lines[0]).toBe(
      'swarm-space info: odd {"big":"1n","bytes":"[3 bytes]","when":null,"error":"PORT_UNKNOWN: what","self":"[circular]","bad":"[unreadable]","proxy":"[unreadable]"}',
    );
    const broken = consoleLogger({
      clock: new HandClock(),
      write: () => {
        throw new Error("full");
      },
    });
    expect(() => broken.error("X", "y")).not.toThrow();
  });

  it("writes one line whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
        (text, value) => {
          const { log, lines } = logTo();
          log.warn("CODE", text, { value });
          expect(lines.length).toBe(1);
          for (const breaker of ["\r", "\n", "\u2028", "\u2029", "\u001b"]) expect(lines[0]).not.toContain(breaker);
        },
      ),
    );
  });

  it("writes a repeat once in its time, and says how many were left out", async () => {
    const { log, lines, clock } = logTo("warn", 1000);
    for (let i = 0; i < 5; i++) log.warn("DIAL_FAILED", "no way");
    log.warn("DIAL_FAILED", "another way");
    await clock.advance(1000);
    log.warn("DIAL_FAILED", "no way");
    expect(lines).toEqual([
      "swarm-space warn DIAL_FAILED: no way",
      "swarm-space warn DIAL_FAILED: another way",
      "swarm-space warn DIAL_FAILED: no way (4 more like this were left out)",
    ]);
  });

  it("writes all repeats where the limit is off", () => {
    const { log, lines } = logTo("warn", 0);
    for (let i = 0; i < 3; i++) log.warn("DIAL_FAILED", "no way");
    expect(lines.length).toBe(3);
  });

  it("leads each text with the plugin's name", () => {
    const { log, lines } = logTo();
    const prefixed = prefixedLogger(log, "my-plugin");
    prefixed.debug("a");
    prefixed.error("CODE", "b");
    expect(lines).toEqual(["swarm-space debug: my-plugin: a", "swarm-space error CODE: my-plugin: b"]);
  });
});
