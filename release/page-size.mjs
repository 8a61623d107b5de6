import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { root } from "../scripts/first-party.mjs";

/** What a browser loads to show `examples/browser-chat`, in bytes, gzip. */
export async function pageSize() {
  const built = await build({
    root: join(root, "examples/browser-chat"),
    logLevel: "silent",
    build: { write: false, target: "es2023" },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap(({ output }) => output);
  return outputs.reduce((sum, each) => sum + weigh(each.type === "chunk" ? each.code : each.source), 0);
}

function weigh(content) {
  return gzipSync(content, { level: 9 }).byteLength;
}
