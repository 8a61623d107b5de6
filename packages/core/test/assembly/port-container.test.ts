import { describe, expect, it } from "vitest";
import { PortContainer } from "../../src/assembly/port-container.ts";
import { defineManyPort, definePort } from "../../src/ports/port.ts";

const one = definePort<{ name: string } | undefined>("test-one");
const other = definePort<{ name: string }>("test-other");
const many = defineManyPort<string>("test-many");

describe("PortContainer", () => {
  it("names an unknown port", () => {
    expect(() => new PortContainer().get(one)).toThrow(
      expect.objectContaining({ code: "PORT_UNKNOWN", detail: { port: "test-one" } }),
    );
    expect(new PortContainer().all(many)).toEqual([]);
  });

  it("makes a factory's value once a container, and never shares between containers", () => {
    const containers = [new PortContainer(), new PortContainer()];
    let made = 0;
    for (const container of containers) container.provideFactory(one, () => ({ name: `made ${++made}` }));
    const [a, b] = containers.map((container) => [container.get(one), container.get(one)]);
    expect(a?.[0]).toBe(a?.[1]);
    expect(a?.[0]).not.toBe(b?.[0]);
    expect(made).toBe(2);
    expect(new PortContainer().has(one)).toBe(false);
  });

  it("replaces at a one-port before first use, and refuses afterwards", () => {
    const container = new PortContainer();
    container.provideFactory(one, () => ({ name: "default" }));
    container.provideValue(one, { name: "better" });
    expect(container.get(one)?.name).toBe("better");
    expect(() => container.provideValue(one, { name: "late" })).toThrow(
      expect.objectContaining({ code: "PORT_TAKEN" }),
    );
    expect(container.get(one)?.name).toBe("better");
  });

  it("holds undefined and falsy values", () => {
    const container = new PortContainer();
    container.provideValue(one, undefined);
    container.provideValue(many, "");
    expect(container.has(one)).toBe(true);
    expect(container.get(one)).toBeUndefined();
    expect(container.all(many)).toEqual([""]);
  });

  it("adds at a many-port, in order, also after first use", () => {
    const container = new PortContainer();
    container.provideValue(many, "a");
    container.provideFactory(many, () => "b");
    expect(container.all(many)).toEqual(["a", "b"]);
    container.provideValue(many, "c");
    expect(container.all(many)).toEqual(["a", "b", "c"]);
  });

  it("names a circle of factories, and recovers from a factory that threw", () => {
    const container = new PortContainer();
    container.provideFactory(one, (c) => c.get(other));
    container.provideFactory(other, (c) => ({ name: String(c.get(one)) }));
    expect(() => container.get(one)).toThrow(
      expect.objectContaining({ code: "PORT_CYCLE", detail: { path: ["test-one", "test-other", "test-one"] } }),
    );
    container.provideValue(other, { name: "whole" });
    expect(container.get(one)?.name).toBe("whole");
  });
});
