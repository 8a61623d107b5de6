/** Lines for people; on a terminal also one that changes. */
import process from "node:process";

/** @param {NodeJS.WriteStream} stream */
export function openScreen(stream) {
  const startedAt = performance.now();
  const isLive = stream.isTTY === true;
  const clock = () => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s`;
  let hasLive = false;
  const clear = () => {
    if (hasLive) stream.write("\r\u001b[K");
    hasLive = false;
  };
  return {
    isLive,
    say(/** @type {string} */ text) {
      clear();
      stream.write(`${clock()}  ${text}\n`);
    },
    /** Shown on a terminal until the next line. */
    live(/** @type {string} */ text) {
      if (!isLive) return;
      clear();
      stream.write(`${clock()}  ${text}`.slice(0, (process.stdout.columns ?? 80) - 1));
      hasLive = true;
    },
    /** As it is, without the time. */
    print(/** @type {string} */ text) {
      clear();
      stream.write(`${text}\n`);
    },
  };
}

/** @param {ReturnType<typeof import("./tally.ts").tally>} counts */
export function formatTally({ pairs, ...total }) {
  const columns = ["sent", "delivered", "lost", "duplicated"];
  const row = (/** @type {string} */ name, /** @type {Record<string, unknown>} */ cells) =>
    `${name.padEnd(16)}${columns.map((key) => String(cells[key]).padStart(12)).join("")}`;
  return [
    row("from → to", Object.fromEntries(columns.map((key) => [key, key]))),
    ...pairs.map((pair) => row(`${pair.from} → ${pair.to}`, pair)),
    row("all", total),
  ].join("\n");
}
