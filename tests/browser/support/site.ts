import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, preview } from "vite";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Where the tests' pages lie: a package's own tests of its rooms stay with the package. */
const testPages = ["tests/browser/pages", "packages/core/test/browser", "examples/browser-chat"];

const scriptName = /-page\.(ts|mjs)$/;

/** A built site on the loopback. */
export interface Site {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** The page of a script: "node.html" of "node-page.ts". */
function pageOf(script: string): string {
  return script.replace(scriptName, ".html");
}

/** Pages around scripts that have none of their own: one that runs the script, and is empty besides. */
function pagesAround(scripts: readonly string[]): Plugin {
  const scriptOf = new Map(scripts.map((script) => [join(root, pageOf(script)), script]));
  return {
    name: "pages-around-scripts",
    enforce: "pre",
    resolveId: (id) => (scriptOf.has(join(root, id)) ? join(root, id) : undefined),
    load(id) {
      const script = scriptOf.get(id);
      if (script === undefined) return undefined;
      const name = basename(script);
      return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <title>${name}</title>
  </head>
  <body>
    <script type="module" src="./${name}"></script>
  </body>
</html>
`;
    },
  };
}

/**
 * Builds every page of the folders, and one around each script `*-page`, as an application's bundler would, from the packages' `dist` by their `exports`, and serves them.
 * Nothing stands in for `process`, `global` or `node:`: a page that needs them breaks.
 */
export async function openSite(folders: readonly string[] = testPages): Promise<Site> {
  const files = folders.flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(folder, file)));
  const scripts = files.filter((file) => scriptName.test(file));
  const pages = [...files.filter((file) => file.endsWith(".html")), ...scripts.map(pageOf)];
  // Each set of pages has a place of its own: two commands may run at once.
  const outDir = join(root, ".swarm-space", folders === testPages ? "pages" : folders.join("+").replaceAll("/", "-"));
  await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [pagesAround(scripts)],
    // Asked by WebTorrent's client of trackers; nothing else of `process` is there.
    define: { "process.browser": "true" },
    build: { outDir, emptyOutDir: true, minify: false, target: "esnext", rolldownOptions: { input: pages } },
  });
  const server = await preview({
    root,
    configFile: false,
    logLevel: "error",
    build: { outDir },
    preview: { host: "127.0.0.1", port: 0, strictPort: false },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("the pages are served nowhere");
  return { url: url.replace(/\/$/, ""), close: () => server.close() };
}
