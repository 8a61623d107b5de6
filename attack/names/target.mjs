import { systemClock, systemRandom } from "@swarm-space/core";
import { GuardedClient } from "../../packages/gun-driver/dist/client.js";
import { clientLimits, createGuard, relayLimits } from "../../packages/gun-driver/dist/guard.js";
import { dialNode } from "../../packages/gun-driver/dist/relay/node-socket.js";
import { startRelay } from "../../packages/gun-driver/dist/relay/relay.js";
import { answerWith } from "../support/process.mjs";

const { what, url, ablated } = JSON.parse(process.argv[2]);
const parts = { clock: systemClock(), random: systemRandom() };
const names = namesOfPrototypes();

/** The ablation: whatever is JSON goes to Gun. */
function openGuard(text) {
  try {
    const parsed = JSON.parse(String(text));
    return { accepted: (Array.isArray(parsed) ? parsed : [parsed]).filter((each) => each), rejected: [] };
  } catch {
    return { accepted: [], rejected: [{ code: "SYNTAX", detail: "not JSON" }] };
  }
}

function namesOfPrototypes() {
  return [Object, Function, Array, String].flatMap((one) => Reflect.ownKeys(one.prototype)).length;
}

const heard = new Set();
const common = { heard: ({ key }) => heard.has(key) };
const isPolluted = () => namesOfPrototypes() !== names;

if (what === "relay") {
  const guard = ablated ? openGuard : createGuard(relayLimits);
  const relay = await startRelay({ ...parts, port: 0 }, { client: guard, relay: guard });
  answerWith({ ...common, where: () => relay.url, health: () => ({ ...relay.stats(), isPolluted: isPolluted() }) });
} else {
  const guard = ablated ? openGuard : createGuard(clientLimits);
  const client = new GuardedClient({ ...parts, relays: [url], dial: dialNode }, guard);
  client.subscribe("soul", ({ key }) => heard.add(key));
  client.open();
  answerWith({ ...common, where: () => url, health: () => ({ ...client.stats, isPolluted: isPolluted() }) });
}
