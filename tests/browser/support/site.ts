import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const outDir = join(root, ".swarm-space", "pages");
/** Where pages lie: a package's own tests of its rooms stay with the package. */
const folders = ["tests/browser/pages", "packages/core/test/browser", "examples/browser-chat"];

/** A built site on the loopback. */
export interface Site {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Builds every page as an application's bundler would, from the packages' `dist` by their `exports`, and serves them.
 * Nothing stands in for `process`, `global` or `node:`: a page that needs them breaks.
 */
export async function openSite(): Promise<Site> {
  const pages = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".html"))
      .map((file) => relative(root, join(root, folder, file))),
  );
  await build({
    root,
    configFile: false,
    logLevel: "error",
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
