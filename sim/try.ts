import { runSeed } from "./seed.ts";
const [from = "1", n = "1", trace] = process.argv.slice(2);
for (let s = Number(from); s < Number(from) + Number(n); s++) {
  const r = await runSeed({ seed: String(s), trace: trace !== undefined });
  console.log(s, r.letters, JSON.stringify(r.outcomes), r.bit.length, `${r.virtualMs} ms virtual`, `${r.cpuMs} ms`, r.hash?.slice(0, 8) ?? "", r.breaches.slice(0, 2));
  if (n === "1") console.log(r.sometimes, r.bit, trace ? r.tail : "");
}
