import type { Node } from "oxc-parser";
import { nameOf, type Source, walk } from "./source.ts";

/** A name of the language or platform that a file uses, as `Date.now` or `window`. */
export interface GlobalUse {
  readonly name: string;
  readonly line: number;
  readonly node: Node;
  readonly parent: Node | undefined;
}

const bindingFields: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ["id"],
  FunctionDeclaration: ["id", "params"],
  FunctionExpression: ["id", "params"],
  ArrowFunctionExpression: ["params"],
  TSParameterProperty: ["parameter"],
  ClassDeclaration: ["id"],
  CatchClause: ["param"],
  ImportSpecifier: ["local"],
  ImportDefaultSpecifier: ["local"],
  ImportNamespaceSpecifier: ["local"],
  RestElement: ["argument"],
  AssignmentPattern: ["left"],
  ArrayPattern: ["elements"],
  TSDeclareFunction: ["id", "params"],
  TSEmptyBodyFunctionExpression: ["params"],
  TSFunctionType: ["params"],
  TSConstructorType: ["params"],
  TSMethodSignature: ["params"],
  TSCallSignatureDeclaration: ["params"],
  TSConstructSignatureDeclaration: ["params"],
  TSIndexSignature: ["parameters"],
  TSNamedTupleMember: ["label"],
  TSTypePredicate: ["parameterName"],
};

/** Every name that the file itself binds, with its line. Type names and properties are not among them. */
export function boundNames(source: Source): ReadonlyMap<string, number> {
  const bound = new Map<string, number>();
  const ofPatterns = new Set<Node>();
  walk(source.program, (node, parent, field) => {
    if (node.type === "ObjectPattern") for (const part of node.properties) ofPatterns.add(part);
    if (node.type !== "Identifier" || !parent || bound.has(node.name)) return;
    const isPatternValue = field === "value" && ofPatterns.has(parent);
    if (isPatternValue || bindingFields[parent.type]?.includes(field)) bound.set(node.name, source.lineOf(node.start));
  });
  return bound;
}

const keyed = [
  "Property",
  "MethodDefinition",
  "PropertyDefinition",
  "AccessorProperty",
  "TSPropertySignature",
  "TSMethodSignature",
];

/** Names that the file uses and does not bind: `process`, `Date.now`; `globalThis.x` counts as `x`. */
export function globalUses(source: Source): readonly GlobalUse[] {
  const bound = boundNames(source);
  const uses: GlobalUse[] = [];
  const add = (name: string, node: Node, parent: Node | undefined): void => {
    uses.push({ name, line: source.lineOf(node.start), node, parent });
  };
  walk(source.program, (node, parent, field) => {
    if (node.type === "Identifier" && !bound.has(node.name)) {
      const isKey =
        parent !== undefined && keyed.includes(parent.type) && field === "key" && !Reflect.get(parent, "computed");
      const isProperty = parent?.type === "MemberExpression" && field === "property" && !parent.computed;
      const isOutside =
        parent !== undefined &&
        /^(Import|Export)|^TS(QualifiedName|TypeReference|ClassImplements|InterfaceHeritage)/.test(parent.type);
      if (!isKey && !isProperty && !isOutside) add(node.name, node, parent);
    }
    if (node.type !== "MemberExpression") return;
    const owner = globalName(node.object, bound);
    const property = nameOf(node.property);
    if (owner === "globalThis") add(property, node, parent);
    else if (owner !== "") add(`${owner}.${property}`, node, parent);
  });
  return uses;
}

function globalName(node: Node, bound: ReadonlyMap<string, number>): string {
  if (node.type === "Identifier") return bound.has(node.name) ? "" : node.name;
  const isOfGlobalThis = node.type === "MemberExpression" && nameOf(node.object) === "globalThis";
  return isOfGlobalThis ? nameOf(node.property) : "";
}
