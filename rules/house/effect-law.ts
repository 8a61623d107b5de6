import type { Node } from "oxc-parser";
import { folderOf, isShipped, type Law } from "./house.ts";
import { globalUses } from "./names.ts";
import { kindOf } from "./packages.ts";
import { nameOf, type Source, walk } from "./source.ts";

const adapterFile = /(-(clock|random|adapter)|\/adapter)\.ts$/;
const timeAndChance =
  /^(Date\.now|Math\.random|performance(\..*)?|setTimeout|setInterval|setImmediate|AbortSignal\.timeout)$/;
const chance = ["getRandomValues", "randomUUID", "randomBytes"];
const clockModules = /^(node:)?(timers|timers\/promises|perf_hooks)$/;
const containers = ["Map", "Set", "WeakMap", "WeakSet", "Array", "EventTarget", "EventEmitter", "AbortController"];
const platforms = /^(process|window|document|Buffer|require|__dirname|navigator)$/;

function inShipped(judge: (source: Source) => readonly string[]): Law {
  return (house) => house.sources.filter((source) => isShipped(source.path)).flatMap(judge);
}

/**
 * Clock and randomness are handed in; only an adapter file touches the platform's own.
 * Keys are the exception: they come from the platform, never from a random that a seed could replay.
 */
export const timeIsHandedIn: Law = inShipped((source) => {
  if (adapterFile.test(source.path)) return [];
  const makesKeys = /^packages\/core\/src\/(security\/|node\/[^/]*(key|crypto))/.test(source.path);
  const problems: string[] = [];
  const add = (line: number, what: string): void => {
    problems.push(`${source.path}:${line}: ${what} outside an adapter file; take it from the kernel's clock or random`);
  };
  for (const { name, line, node, parent } of globalUses(source)) {
    const isBareDate =
      name === "Date" && parent?.type === "NewExpression" && parent.callee === node && parent.arguments.length === 0;
    const isCalledDate = name === "Date" && parent?.type === "CallExpression" && parent.callee === node;
    if (timeAndChance.test(name)) add(line, name);
    if (isBareDate || isCalledDate) add(line, "the present date");
  }
  walk(source.program, (node) => {
    if (!makesKeys && node.type === "MemberExpression" && chance.includes(nameOf(node.property)))
      add(source.lineOf(node.start), nameOf(node.property));
  });
  for (const entry of source.imports) {
    if (clockModules.test(entry.specifier)) add(entry.line, entry.specifier);
    for (const name of entry.names) if (!makesKeys && chance.includes(name)) add(entry.line, name);
  }
  return [...new Set(problems)];
});

/** Nothing is kept at module level, and importing does nothing: everything hangs on a node. */
export const modulesKeepNothing: Law = inShipped((source) => {
  const isEntry = kindOf(folderOf(source.path)) === "application" && /(\/|-)(main|entry)\.ts$/.test(source.path);
  const problems = source.program.body.flatMap((statement) => {
    const inner =
      statement.type === "ExportNamedDeclaration" && statement.declaration ? statement.declaration : statement;
    const line = source.lineOf(inner.start);
    if (inner.type === "ExpressionStatement") {
      const isDirective = inner.expression.type === "Literal";
      return isEntry || isDirective ? [] : [`${source.path}:${line}: importing this file runs something`];
    }
    if (inner.type !== "VariableDeclaration" || inner.declare) return [];
    if (inner.kind !== "const") return [`${source.path}:${line}: a top-level ${inner.kind} is state of the module`];
    return inner.declarations.some(({ init }) => holdsState(init))
      ? [`${source.path}:${line}: a top-level container is state of the module`]
      : [];
  });
  walk(source.program, (node) => {
    if (node.type !== "PropertyDefinition" || !node.static) return;
    if (!node.readonly || holdsState(node.value))
      problems.push(`${source.path}:${source.lineOf(node.start)}: a static field is state of the module`);
  });
  return problems;
});

function holdsState(init: Node | null): boolean {
  if (!init) return false;
  if (init.type === "TSAsExpression" || init.type === "TSSatisfiesExpression") return holdsState(init.expression);
  if (init.type === "NewExpression") return containers.includes(nameOf(init.callee));
  if (init.type === "ArrayExpression") return init.elements.length === 0;
  if (init.type === "ObjectExpression") return init.properties.length === 0;
  if (init.type !== "CallExpression") return false;
  const isTimer = /^set(Timeout|Interval)$/.test(nameOf(init.callee));
  const isFreeze = init.callee.type === "MemberExpression" && nameOf(init.callee.property) === "freeze";
  // An empty frozen list is a constant; a frozen Map still changes.
  return isTimer || (isFreeze && init.arguments.some((part) => part.type === "NewExpression" && holdsState(part)));
}

/** Core runs in Node and in browsers alike: what only one of them has is used in `core/src/node`, or handed in. */
export const coreNeedsNoPlatform: Law = inShipped((source) => {
  if (folderOf(source.path) !== "core" || source.path.startsWith("packages/core/src/node/")) return [];
  return globalUses(source)
    .filter(({ name }) => platforms.test(name))
    .map(({ name, line }) => `${source.path}:${line}: core uses ${name}, which only some platforms have`);
});

/** What pages carry has no `using`: for each file that has one the compiler writes a helper of 1 kB, as no page's engine may be asked for it. */
export const pagesCarryNoUsing: Law = inShipped((source) => {
  const kind = kindOf(folderOf(source.path));
  if (kind === "application" || kind === "testkit") return [];
  const problems: string[] = [];
  walk(source.program, (node) => {
    if (node.type === "VariableDeclaration" && /using$/.test(node.kind))
      problems.push(`${source.path}:${source.lineOf(node.start)}: ${node.kind} weighs in a page; dispose in a finally`);
  });
  return problems;
});
