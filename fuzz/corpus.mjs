import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("corpus/", import.meta.url));
const lineLength = 96;

/** What is kept for a decoder: one input a file, in lines of hexadecimal; "81 x 60000" stands for as many repeats. */
export function readCorpus(name) {
  const path = `${folder}${name}`;
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter((file) => file.endsWith(".hex"));
  return files.sort().map((file) => bytesOf(readFileSync(`${path}/${file}`, "utf8")));
}

function bytesOf(text) {
  const parts = text.split("\n").map((line) => {
    const [hex = "", count] = line.trim().split(" x ");
    return Buffer.from(count === undefined ? hex : hex.repeat(Number(count)), "hex");
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** Keeps an input under the hash of its bytes, so that each stands there once. Returns its file's name. */
export function keepInput(name, bytes, label = "") {
  mkdirSync(`${folder}${name}`, { recursive: true });
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const file = `${label === "" ? "" : `${label}-`}${hash}.hex`;
  const lines = Buffer.from(bytes)
    .toString("hex")
    .match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [""];
  writeFileSync(`${folder}${name}/${file}`, `${lines.join("\n")}\n`);
  return file;
}
