import { existsSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

for (const p of readdirSync("packages")) {
  const entry = `packages/${p}/dist/index.js`;
  if (!existsSync(entry)) continue;
  const b = await rolldown({
    input: entry,
    platform: "browser",
    logLevel: "silent",
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.startsWith("packages/") && !id.startsWith("#"),
  });
  const { output } = await b.generate({ format: "es", minify: true });
  const cs = output.filter((o) => o.type === "chunk");
  const code = cs.map((o) => o.code).join("");
  console.log(p, "min", code.length, "gz", gzipSync(code, { level: 9 }).length);
  if (p === "core" || p === "transport-gun") {
    const m = Object.entries(cs[0].modules)
      .map(([k, v]) => [v.renderedLength, k.replace(/.*dist\//, "")])
      .sort((a, b) => b[0] - a[0]);
    const dirs = {};
    for (const [n, k] of m) {
      const d = k.split("/")[0];
      dirs[d] = (dirs[d] ?? 0) + n;
    }
    console.log(dirs);
    console.log(
      m
        .slice(0, 25)
        .map((x) => x.join(" "))
        .join("\n"),
    );
  }
}
