import type { Port } from "../ports/port.ts";

/** What the graph needs of a plugin: all of it data. */
export interface GraphPlugin {
  readonly id: string;
  readonly provides: readonly Port<unknown>[];
  readonly requires: readonly Port<unknown>[];
  readonly wants: readonly Port<unknown>[];
}

/** `plugins` and `path` are positions in the list that was given. */
export type GraphProblem =
  | { readonly kind: "missing"; readonly plugin: number; readonly port: string }
  | { readonly kind: "cycle"; readonly path: readonly number[] }
  | { readonly kind: "conflict"; readonly port: string; readonly plugins: readonly number[] }
  | { readonly kind: "duplicate"; readonly id: string; readonly plugins: readonly number[] };

export type GraphResult =
  | { readonly ok: true; readonly order: readonly number[] }
  | { readonly ok: false; readonly problems: readonly GraphProblem[] };

export interface GraphOptions {
  /** Ports at which the kernel itself puts something. */
  readonly given?: readonly Port<unknown>[];
  /** Ports that every plugin wants, said or not: what its context is made of. */
  readonly wanted?: readonly Port<unknown>[];
}

/**
 * Orders plugins so that providers come before those that require or want their ports; otherwise as they were given.
 * `requires` binds. `wants` orders where it can: a want that would close a circle is dropped. All problems are told.
 */
export function orderPlugins(plugins: readonly GraphPlugin[], o: GraphOptions = {}): GraphResult {
  const providers = findProviders(plugins);
  const given = new Set((o.given ?? []).map((port) => port.key));
  const problems: GraphProblem[] = [...findDuplicates(plugins), ...findConflicts(plugins, providers)];
  const before = plugins.map(() => new Set<number>());
  plugins.forEach((plugin, index) => {
    for (const port of plugin.requires) {
      const found = providers.get(port.key) ?? [];
      if (found.length === 0 && !given.has(port.key))
        problems.push({ kind: "missing", plugin: index, port: port.name });
      for (const provider of found) if (provider !== index || port.arity === "one") before[index]?.add(provider);
    }
  });
  problems.push(...findCycles(before));
  if (problems.length > 0) return { ok: false, problems };
  addWants(plugins, providers, before, o.wanted ?? []);
  return { ok: true, order: layOut(before) };
}

function findProviders(plugins: readonly GraphPlugin[]): ReadonlyMap<symbol, readonly number[]> {
  const providers = new Map<symbol, number[]>();
  plugins.forEach((plugin, index) => {
    for (const key of new Set(plugin.provides.map((port) => port.key))) {
      providers.set(key, [...(providers.get(key) ?? []), index]);
    }
  });
  return providers;
}

function findDuplicates(plugins: readonly GraphPlugin[]): GraphProblem[] {
  const byId = Map.groupBy(plugins.keys(), (index) => plugins[index]?.id ?? "");
  return [...byId].flatMap(([id, same]) => (same.length > 1 ? [{ kind: "duplicate", id, plugins: same }] : []));
}

/** A plugin that is named twice is one problem, not also a conflict with itself. */
function findConflicts(
  plugins: readonly GraphPlugin[],
  providers: ReadonlyMap<symbol, readonly number[]>,
): GraphProblem[] {
  const ones = new Map(
    plugins
      .flatMap((plugin) => plugin.provides)
      .filter((port) => port.arity === "one")
      .map((port) => [port.key, port.name]),
  );
  return [...ones].flatMap(([key, port]): GraphProblem[] => {
    const all = providers.get(key) ?? [];
    const distinct = all.filter(
      (index, at) => all.findIndex((other) => plugins[other]?.id === plugins[index]?.id) === at,
    );
    return distinct.length > 1 ? [{ kind: "conflict", port, plugins: distinct }] : [];
  });
}

/** One circle for each plugin that no told circle holds yet, the shortest through it, closed: [a, b, a]. */
function findCycles(before: readonly ReadonlySet<number>[]): GraphProblem[] {
  const told = new Set<number>();
  return before.flatMap((_, index): GraphProblem[] => {
    if (told.has(index)) return [];
    const path = shortestPath(before, index, index);
    if (path === undefined) return [];
    for (const each of path) told.add(each);
    return [{ kind: "cycle", path }];
  });
}

/** Breadth first along "needs", at least one step. Undefined: `to` cannot be reached. */
function shortestPath(before: readonly ReadonlySet<number>[], from: number, to: number): readonly number[] | undefined {
  const seen = new Set<number>();
  const queue: (readonly number[])[] = [[from]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of before[path.at(-1) ?? from] ?? []) {
      if (next === to) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return undefined;
}

function addWants(
  plugins: readonly GraphPlugin[],
  providers: ReadonlyMap<symbol, readonly number[]>,
  before: readonly Set<number>[],
  wanted: readonly Port<unknown>[],
): void {
  plugins.forEach((plugin, index) => {
    for (const port of [...plugin.wants, ...wanted]) {
      for (const provider of providers.get(port.key) ?? []) {
        if (provider !== index && shortestPath(before, provider, index) === undefined) before[index]?.add(provider);
      }
    }
  });
}

/** Again and again the first that waits for nobody. Its caller knows that there is no circle. */
function layOut(before: readonly ReadonlySet<number>[]): readonly number[] {
  const order: number[] = [];
  const laid = new Set<number>();
  while (order.length < before.length) {
    const next = before.findIndex((needs, index) => !laid.has(index) && [...needs].every((need) => laid.has(need)));
    if (next === -1) break;
    laid.add(next);
    order.push(next);
  }
  return order;
}
