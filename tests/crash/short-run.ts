import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const run = fileURLToPath(new URL("../../crash/run.mjs", import.meta.url));

/** What a command of `npm run crash` found: its rows by name, and what it said on standard error. It needs the build. */
export async function shortRun(...words: readonly string[]) {
  const child = spawn(process.execPath, [run, ...words, "--json", "--seed", "short"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  const { rows, holds } = JSON.parse(said);
  const values: Record<string, number> = Object.fromEntries(
    rows.map(({ name, value }: { name: string; value: number }) => [name, value]),
  );
  return { values, holds, errors };
}
