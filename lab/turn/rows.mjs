import { setTimeout as sleep } from "node:timers/promises";
import { row } from "../../bench/report.mjs";
import { allocates, startTurn } from "./server.mjs";

/** Credentials of `swarm-space infra turn-credentials`, shown to coturn by a client behind a NAT. */
export async function turnRows({ network, progress }) {
  await using turn = await startTurn(network);
  const brief = await turn.iceServer({ ttl: 1 });
  progress("turn: fresh credentials");
  const fresh = await allocates(network, "A", await turn.iceServer());
  progress("turn: credentials of another secret, and expired ones");
  const foreign = await allocates(network, "A", await turn.foreign());
  await sleep(Math.max(0, expiryOf(brief) - Date.now()) + 1_000);
  const expired = await allocates(network, "A", brief);
  return [
    check("coturn takes fresh credentials", fresh, true),
    check("coturn takes those of another secret", foreign, false),
    check("coturn takes expired ones", expired, false),
  ];
}

/** Milliseconds since the Unix epoch. */
function expiryOf({ username }) {
  return Number(username.split(":")[0]) * 1_000;
}

function check(name, value, wanted) {
  return row({
    name,
    values: [Number(value)],
    unit: "of 1",
    goal: String(Number(wanted)),
    holds: () => value === wanted,
  });
}
