import { dirname, join, normalize } from "node:path/posix";

/** A page in Markdown. Paths are relative to the repository's root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface Block {
  readonly line: number;
  /** What stands behind the fence, as "ts" or "ts continues". */
  readonly info: string;
  readonly code: string;
}

const machinePaths = /(^|[\s"'`(=])(\/(home|root|Users|work|tmp|opt|mnt)\/[\w.-]+|[A-Z]:\\)/;
const registryHosts = /\bregistry\.[a-z0-9-]{2,}\.[a-z]+|\bnpmjs\.(com|org)\b|\bnpm\.pkg\b/;
const languages = ["ts", "typescript", "js", "javascript"];

/** The fenced blocks of a page, in order. */
export function blocksOf(page: Page): readonly Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; line: number; info: string; code: string[] } | undefined;
  page.text.split("\n").forEach((text, at) => {
    const fence = /^\s*(`{3,}|~{3,})(.*)$/.exec(text);
    if (open && fence?.[1]?.startsWith(open.fence) && fence[2]?.trim() === "") {
      blocks.push({ line: open.line, info: open.info, code: open.code.join("\n") });
      open = undefined;
    } else if (open) open.code.push(text);
    else if (fence?.[1]) open = { fence: fence[1], line: at + 1, info: (fence[2] ?? "").trim(), code: [] };
  });
  return blocks;
}

/** A source's documenting comments as a page, line by line; its code is left out. */
export function commentsOf(source: Page): Page {
  const lines = source.text.split("\n").map((line) => /^ \*(?: (.*)|)$/.exec(line)?.[1] ?? "");
  return { path: source.path, text: lines.join("\n") };
}

/** Text that speaks: without what stands in fences. */
function proseOf(page: Page): string {
  return page.text.replace(/^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1\s*$/gm, (block) => block.replace(/[^\n]/g, ""));
}

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[`*[\]()]/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function anchorsOf(page: Page): readonly string[] {
  return proseOf(page)
    .split("\n")
    .flatMap((line) => /^#{1,6}\s+(.*)$/.exec(line)?.[1] ?? [])
    .map(anchorOf);
}

/** Relative links that lead nowhere. `files` are the paths that exist. */
export function deadLinks(pages: readonly Page[], files: readonly string[]): readonly string[] {
  const exists = (path: string): boolean =>
    path === "." || files.some((file) => file === path || file.startsWith(`${path}/`));
  return pages.flatMap((page) =>
    [
      ...proseOf(page)
        .replace(/`[^`\n]*`/g, "")
        .matchAll(/\]\(([^)\s]+)[^)]*\)/g),
    ].flatMap(([, link = ""]) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return [];
      const [file = "", anchor] = decodeURIComponent(link).split("#");
      const target = file === "" ? page.path : normalize(join(dirname(page.path), file)).replace(/\/$/, "");
      if (!exists(target)) return [`${page.path}: ${link} leads nowhere`];
      const other = pages.find(({ path }) => path === target);
      return anchor && other && !anchorsOf(other).includes(anchor) ? [`${page.path}: ${link} names no heading`] : [];
    }),
  );
}

/** Words that belong to one machine, not to the project. */
export function machineWords(pages: readonly Page[]): readonly string[] {
  return pages.flatMap((page) =>
    page.text.split("\n").flatMap((line, at) => {
      const found = machinePaths.exec(line) ?? registryHosts.exec(line);
      return found ? [`${page.path}:${at + 1}: ${found[0].trim()}`] : [];
    }),
  );
}

/** Code of a page, one module a block; "continues" puts a block behind the one before it, "file=" names it for who copies it. */
export function modulesOf(page: Page): readonly Block[] {
  const modules: Block[] = [];
  for (const block of blocksOf(page)) {
    const [language = "", ...words] = block.info.split(/\s+/);
    if (!languages.includes(language)) continue;
    const before = modules.at(-1);
    if (words.includes("continues") && before) modules.push({ ...block, code: `${before.code}\n${block.code}` });
    else modules.push(block);
  }
  return modules;
}

/** Blocks that ask not to be compiled, or say what nobody understands. */
export function oddBlocks(pages: readonly Page[]): readonly string[] {
  return pages.flatMap((page) =>
    modulesOf(page).flatMap(({ info, line }) => {
      const words = info.split(/\s+/).slice(1);
      const odd = words.filter((word) => word !== "continues" && !/^file=[\w.-]+$/.test(word));
      return odd.length > 0 ? [`${page.path}:${line}: \`${info}\``] : [];
    }),
  );
}
