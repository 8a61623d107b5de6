import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, modulesOf, type Page } from "./docs-law.ts";
import { root } from "./repository.ts";

/** Type-checks the code of the pages as a user's module would be, and says each complaint by page and line. */
export function compileDocs(pages: readonly Page[]): readonly string[] {
  mkdirSync(join(root, ".swarm-space"), { recursive: true });
  const folder = mkdtempSync(join(root, ".swarm-space", "docs-"));
  try {
    const modules = pages.flatMap((page) => modulesOf(page).map((block) => ({ page, block })));
    if (modules.length === 0) return [];
    modules.forEach(({ block }, at) => {
      const isModule = /^\s*(import|export)\b/m.test(block.code);
      writeFileSync(join(folder, nameOf(at, block)), isModule ? block.code : `${block.code}\nexport {};\n`);
    });
    const files = modules.map(({ block }, at) => nameOf(at, block));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: "../../tsconfig.test.json",
        // A user of plain JavaScript has no types: what does not parse, or imports what is not there, is found all the same.
        compilerOptions: { allowJs: true, checkJs: false },
        include: [],
        files,
      }),
    );
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", ".", "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    const problems = stdout.split("\n").flatMap((line) => {
      const [, at, row, what] = /^block-(\d+)\.[jt]s\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const found = at === undefined ? undefined : modules[Number(at)];
      return found ? [`${found.page.path}, block at line ${found.block.line}, its line ${row}: ${what}`] : [];
    });
    // The packages' own errors are the type-check's matter, but a compiler that did not run is ours.
    const isSilent = status !== 0 && problems.length === 0 && !/error TS\d+/.test(stdout);
    return isSilent ? [`the compiler ended with ${status}: ${stdout}`] : problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nameOf(at: number, { info }: Block): string {
  return `block-${at}.${/^(js|javascript)\b/.test(info) ? "js" : "ts"}`;
}
