/** A heading of the seed, and what it says. */
export interface SeedHeading {
  /** As it stands there, with its `#`s. */
  readonly title: string;
  /** Its sentences, items, rows, and lines of figures, in order, without marks of lists and frames. A block of code is its first line. */
  readonly lines: readonly string[];
  /** Its blocks of TypeScript. */
  readonly blocks: readonly string[];
}

/** Reads the seed. Pure. */
export function readSeed(text: string): readonly SeedHeading[] {
  const headings: { title: string; lines: string[]; blocks: string[] }[] = [];
  let fence: { readonly isCode: boolean; readonly lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const heading = headings.at(-1);
    if (/^```/.test(line)) {
      if (fence === undefined) fence = { isCode: line === "```typescript", lines: [] };
      else {
        if (fence.isCode) {
          heading?.blocks.push(fence.lines.join("\n"));
          heading?.lines.push(fence.lines[0] ?? "");
        } else heading?.lines.push(...fence.lines.map(unframed).filter((each) => each !== ""));
        fence = undefined;
      }
    } else if (fence !== undefined) fence.lines.push(line);
    else if (/^#{1,6} /.test(line)) headings.push({ title: line, lines: [], blocks: [] });
    else if (line.trim() !== "" && !/^\|[-|]+$/.test(line)) heading?.lines.push(unmarked(line));
  }
  return headings;
}

function unmarked(line: string): string {
  return line.replace(/^\s*(?:- \[ \] |- |\d+\. )/, "").trim();
}

/** A line of a figure without its frame. */
function unframed(line: string): string {
  return line
    .replace(/[┌┐└┘├┤─│▼>]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^- /, "");
}
