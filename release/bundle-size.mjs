import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** A budget's kB. */
export const kB = 1_000;

/**
 * Sizes in bytes, bundled for a page, minified, gzip 9: `ours` is what the package itself brings, `whole` with every library
 * that a page loads for it.
 */
export async function bundleSize(entry) {
  // What stands in generated/ is a library's own text, cut to a factory by a build step.
  const ours = await bundle(entry, (id) => !/^[./#]|^packages\//.test(id) || /\bgenerated\b/.test(id));
  const whole = await bundle(entry, (id) => id.startsWith("node:"));
  return { ours, whole, libraries: Math.max(0, whole - ours) };
}

async function bundle(input, external) {
  const build = await rolldown({
    input,
    platform: "browser",
    logLevel: "silent",
    // Chunks that are loaded only when used are counted as well.
    external,
    transform: { define: { "process.browser": "true", global: "globalThis" } },
  });
  const { output } = await build.generate({ format: "es", minify: true });
  const chunks = output.filter(({ type }) => type === "chunk").map(({ code }) => code);
  return chunks.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).byteLength, 0);
}
