import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GraphPlugin, orderPlugins } from "../../src/assembly/plugin-graph.ts";
import { defineManyPort, definePort, type Port } from "../../src/ports/port.ts";

const red = definePort<unknown>("red");
const blue = definePort<unknown>("blue");
const many = defineManyPort<unknown>("many");

function plugin(id: string, lists: Partial<Omit<GraphPlugin, "id">> = {}): GraphPlugin {
  return { id, provides: [], requires: [], wants: [], ...lists };
}

describe("orderPlugins", () => {
  it("puts providers before those that require or want their ports, and else keeps the order", () => {
    const list = [
      plugin("a", { wants: [many] }),
      plugin("b", { requires: [red] }),
      plugin("c", { provides: [red] }),
      plugin("d", { provides: [many] }),
      plugin("e"),
    ];
    expect(orderPlugins(list)).toEqual({ ok: true, order: [2, 1, 3, 0, 4] });
  });

  it("drops a want that would close a circle", () => {
    const list = [plugin("a", { provides: [red], wants: [blue] }), plugin("b", { provides: [blue], requires: [red] })];
    expect(orderPlugins(list)).toEqual({ ok: true, order: [0, 1] });
    const wants = [plugin("a", { provides: [red], wants: [blue] }), plugin("b", { provides: [blue], wants: [red] })];
    expect(orderPlugins(wants)).toEqual({ ok: true, order: [1, 0] });
  });

  it("puts those first who provide what everybody wants", () => {
    expect(orderPlugins([plugin("a"), plugin("b", { provides: [red] })], { wanted: [red] })).toEqual({
      ok: true,
      order: [1, 0],
    });
  });

  it("takes a port of the kernel for provided", () => {
    expect(orderPlugins([plugin("a", { requires: [red] })], { given: [red] })).toEqual({ ok: true, order: [0] });
  });

  it("lets a plugin require a many-port that it adds to itself", () => {
    expect(orderPlugins([plugin("a", { provides: [many], requires: [many] })])).toEqual({ ok: true, order: [0] });
    expect(orderPlugins([plugin("a", { provides: [red], requires: [red] })])).toEqual({
      ok: false,
      problems: [{ kind: "cycle", path: [0, 0] }],
    });
  });

  it("tells all problems at once", () => {
    const list = [
      plugin("a", { requires: [red], provides: [blue] }),
      plugin("b", { requires: [blue], provides: [red] }),
      plugin("c", { provides: [red], requires: [definePort("nowhere")] }),
      plugin("d"),
      plugin("d"),
    ];
    expect(orderPlugins(list)).toEqual({
      ok: false,
      problems: [
        { kind: "duplicate", id: "d", plugins: [3, 4] },
        { kind: "conflict", port: "red", plugins: [1, 2] },
        { kind: "missing", plugin: 2, port: "nowhere" },
        { kind: "cycle", path: [0, 1, 0] },
      ],
    });
  });

  it("whatever the graph: an order keeps every requirement, and a refusal has a reason that holds", () => {
    const all: readonly Port<unknown>[] = [red, blue, many, definePort("green"), defineManyPort("more")];
    const ports = fc.subarray([...all], { maxLength: 3 });
    const arbitrary = fc.array(
      fc.record({
        id: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
        provides: ports,
        requires: ports,
        wants: ports,
      }),
      { maxLength: 7 },
    );
    fc.assert(
      fc.property(arbitrary, (plugins) => {
        const result = orderPlugins(plugins);
        if (result.ok) {
          expect(result.order.toSorted((a, b) => a - b)).toEqual([...plugins.keys()]);
          const at = (index: number): number => result.order.indexOf(index);
          plugins.forEach((each, index) => {
            for (const port of each.requires) {
              const providers = [...plugins.keys()].filter((other) => plugins[other]?.provides.includes(port));
              expect(providers.length).toBeGreaterThan(0);
              for (const provider of providers) if (provider !== index) expect(at(provider)).toBeLessThan(at(index));
            }
          });
          return;
        }
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) {
          if (problem.kind !== "cycle") continue;
          expect(problem.path[0]).toBe(problem.path.at(-1));
          problem.path.slice(1).forEach((provider, step) => {
            const needs = plugins[problem.path[step] ?? -1]?.requires ?? [];
            expect(needs.some((port) => plugins[provider]?.provides.includes(port))).toBe(true);
          });
        }
      }),
    );
  });
});
