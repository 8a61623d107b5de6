import { globSync, readFileSync } from "node:fs";
import { type Node, parseSync } from "oxc-parser";

/** A map, set, queue or list that outlives the call that made it. */
export interface Kept {
  /** Below `packages/core/src`. */
  readonly file: string;
  readonly name: string;
}

const containers = new Set(["Map", "Set", "WeakMap", "Deque", "PendingPool", "BulkQueue", "DueQueue", "SeqMap"]);
const functions = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Every container that is a field of a class, or that functions given out by a factory share. */
export function keptContainers(root: string): Kept[] {
  return globSync("**/*.ts", { cwd: root })
    .sort()
    .flatMap((file) => containersOf(file.replaceAll("\\", "/"), readFileSync(`${root}/${file}`, "utf8")));
}

/** Those of one source. */
export function containersOf(file: string, text: string): Kept[] {
  const kept: Kept[] = [];
  const visit = (node: Node, inFactory: boolean): void => {
    let factory = inFactory;
    if (functions.test(node.type)) factory = givesOutFunctions(node);
    if (node.type === "PropertyDefinition" && isContainer(node.value)) {
      kept.push({ file, name: nameOf(node.key) });
    }
    if (factory && node.type === "VariableDeclarator" && isContainer(node.init)) {
      kept.push({ file, name: nameOf(node.id) });
    }
    for (const child of childrenOf(node)) visit(child, factory);
  };
  visit(parseSync(file, text).program, false);
  return kept;
}

function isContainer(node: Node | null): boolean {
  if (node === null) return false;
  if (node.type === "ArrayExpression") return node.elements.length === 0;
  return node.type === "NewExpression" && containers.has(nameOf(node.callee));
}

/** Returns a function, or an object with functions. */
function givesOutFunctions(node: Node): boolean {
  const found: Node[] = [];
  const body = (node as { body?: Node }).body;
  if (body === undefined) return false;
  const visit = (each: Node): void => {
    if (each.type === "ReturnStatement" && each.argument !== null) found.push(each.argument);
    if (!functions.test(each.type)) for (const child of childrenOf(each)) visit(child);
  };
  if (body.type === "BlockStatement") visit(body);
  return found.some(
    (value) =>
      functions.test(value.type) ||
      (value.type === "ObjectExpression" &&
        value.properties.some((each) => each.type === "Property" && (each.method || functions.test(each.value.type)))),
  );
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((each): each is Node => typeof each === "object" && each !== null && typeof each.type === "string");
}

function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "PrivateIdentifier") return `#${node.name}`;
  return "";
}
