import { nodeCryptoSuite } from "@swarm-space/core/node";
import { loadBuilt } from "../../fuzz/load-built.mjs";

const { createRecordLayer } = await loadBuilt("core", "security/record-layer");

/** Two ends of a record layer as a link has them, without the link. */
export function recordPair() {
  const keys = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const layer = ([sendKey, receiveKey]) =>
    createRecordLayer({ suite: nodeCryptoSuite(), clock: { now: () => performance.now() }, sendKey, receiveKey });
  return { sender: layer(keys), receiver: layer(keys.toReversed()) };
}
