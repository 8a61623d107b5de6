import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { describeError, SwarmError } from "../errors/index.ts";

/**
 * JSON with comments and trailing commas. A key that stands twice is refused: one of its values would be lost.
 * `__proto__` stays an ordinary key, for the schema to refuse.
 * @throws SwarmError `CONFIG_UNREADABLE` with `file:line:column`
 */
export function parseJsonConfig(text: string, file: string): unknown {
  const errors: ParseError[] = [];
  const tree = guarded(file, () => parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true }));
  const [error] = errors;
  if (error !== undefined) throw unreadable(text, error.offset, words(printParseErrorCode(error.error)), file);
  if (tree === undefined) throw unreadable(text, 0, "the file is empty", file);
  const repeated = guarded(file, () => findRepeatedKey(tree));
  if (repeated !== undefined)
    throw unreadable(text, repeated.offset, `the key ${JSON.stringify(repeated.value)} stands twice`, file);
  return guarded(file, () => getNodeValue(tree));
}

/** All of them walk down the text's nesting, and a text that nests deep enough ends the stack in any of them. */
function guarded<Result>(file: string, step: () => Result): Result {
  try {
    return step();
  } catch (cause) {
    throw new SwarmError("CONFIG_UNREADABLE", `${file} could not be parsed: ${describeError(cause)}`, {
      detail: { file },
      cause,
    });
  }
}

function findRepeatedKey(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = child.type === "property" ? child.children?.[0] : undefined;
    if (key !== undefined && seen.has(key.value)) return key;
    seen.add(key?.value);
    const deeper = findRepeatedKey(child);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function unreadable(text: string, offset: number, what: string, file: string): SwarmError {
  const before = text.slice(0, offset).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new SwarmError("CONFIG_UNREADABLE", `${file}:${line}:${column}: ${what}.`, { detail: { file, line, column } });
}

/** "CommaExpected" → "comma expected". */
function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
