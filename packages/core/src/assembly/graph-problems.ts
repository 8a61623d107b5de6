import type { Plugin } from "../ports/plugin.ts";
import { type ConfigPath, type ConfigProblem, formatPath } from "./config-problem.ts";
import type { GraphProblem } from "./plugin-graph.ts";

/** A plugin, and where the configuration names it. */
export interface PlacedPlugin {
  readonly at: ConfigPath;
  readonly plugin: Plugin;
}

/** Says a graph's problem in the configuration's words. `plugins` is the list that the graph's positions point into. */
export function describeGraphProblem(
  problem: GraphProblem,
  plugins: readonly PlacedPlugin[],
): readonly ConfigProblem[] {
  const place = (index: number | undefined): string => formatPath(plugins[index ?? 0]?.at ?? ["plugins"]);
  const name = (index: number): string => JSON.stringify(plugins[index]?.plugin.id ?? "");
  switch (problem.kind) {
    case "missing":
      return [
        {
          path: place(problem.plugin),
          code: "PLUGIN_MISSING",
          expected: `a plugin that provides the port "${problem.port}"`,
          found: `none, and ${name(problem.plugin)} requires it`,
        },
      ];
    case "cycle":
      return [
        {
          path: place(problem.path[0]),
          code: "PLUGIN_CYCLE",
          expected: "plugins that do not require each other in a circle",
          found: problem.path.map((index) => plugins[index]?.plugin.id ?? "").join(" → "),
          cure: "turn one `requires` on this path into `wants`, or split a plugin",
        },
      ];
    case "conflict":
      return [
        {
          path: place(problem.plugins[1]),
          code: "PLUGIN_CONFLICT",
          expected: `one provider of the port "${problem.port}"`,
          found: problem.plugins.map(name).join(" and "),
          cure: "keep one of them",
        },
      ];
    case "duplicate":
      return problem.plugins.slice(1).map((index) => ({
        path: place(index),
        code: "PLUGIN_DUPLICATE",
        expected: "each plugin once",
        found: `${name(index)}, which ${place(problem.plugins[0])} names already`,
      }));
  }
}
