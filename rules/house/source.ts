import { type Comment, type Node, type Program, parseSync, visitorKeys } from "oxc-parser";

/** One import of a file, of whatever kind. */
export interface Import {
  readonly specifier: string;
  /** Names as the other module calls them; empty for a whole module or a dynamic import. */
  readonly names: readonly string[];
  /** Leaves no trace at run time. */
  readonly isType: boolean;
  readonly line: number;
}

/** A file, parsed. Paths are relative to the repository's root, with "/". */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
  readonly lineOf: (offset: number) => number;
}

/** Reads one source text. Throws on a syntax error: a file that cannot be read cannot be judged. */
export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  const [problem] = parsed.errors;
  if (problem) throw new Error(`${path}: ${problem.message}`);
  const lineOf = lineFinder(text);
  return {
    path,
    text,
    program: parsed.program,
    comments: parsed.comments,
    imports: findImports(parsed.program, lineOf),
    lineOf,
  };
}

/** Calls `visit` for each node, outer before inner, with its parent and the parent's field it stands in. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined, field: string) => void): void {
  const step = (current: Node, parent: Node | undefined, field: string): void => {
    visit(current, parent, field);
    for (const key of visitorKeys[current.type] ?? []) {
      const value: unknown = Reflect.get(current, key);
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) step(child, current, key);
    }
  };
  step(node, undefined, "");
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? starts.length : next;
  };
}

function findImports(program: Program, lineOf: (offset: number) => number): readonly Import[] {
  const found: Import[] = [];
  const add = (at: number, source: Node | null, names: readonly string[], isType: boolean): void => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    found.push({ specifier: source.value, names, isType, line: lineOf(at) });
  };
  walk(program, (node) => {
    if (node.type === "ImportDeclaration") {
      const isType = node.importKind === "type";
      const named = node.specifiers.map((part) => ("imported" in part ? nameOf(part.imported) : ""));
      add(
        node.start,
        node.source,
        named.filter((name) => name !== ""),
        isType,
      );
    } else if (node.type === "ExportNamedDeclaration") {
      add(
        node.start,
        node.source,
        node.specifiers.map((part) => nameOf(part.local)),
        node.exportKind === "type",
      );
    } else if (node.type === "ExportAllDeclaration") {
      add(node.start, node.source, [], node.exportKind === "type");
    } else if (node.type === "ImportExpression") {
      add(node.start, node.source, [], false);
    } else if (node.type === "TSImportType") {
      add(node.start, node.source, [], true);
    }
  });
  return found;
}

/** The name an identifier, private name or literal spells; empty for anything else. */
export function nameOf(node: Node | null | undefined): string {
  if (!node) return "";
  if (node.type === "Identifier" || node.type === "PrivateIdentifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : "";
}
