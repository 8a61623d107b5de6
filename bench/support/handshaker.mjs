import { EventEmitter, ephemeralIdentity, systemClock, systemRandom } from "@swarm-space/core";
import { nodeCryptoSuite, nodeEd25519 } from "@swarm-space/core/node";
import { loadBuilt } from "../../fuzz/load-built.mjs";

const { recentKeyVerdicts, strictVerifier } = await loadBuilt("core", "security/ed25519-strict");
const { secureLinkFactory } = await loadBuilt("core", "security/secure-link");

/** Gives a function that makes a secure link with both its ends in this process, and closes it. */
export async function handshaker() {
  const ends = await Promise.all([end(), end()]);
  const signal = new AbortController().signal;
  return async () => {
    const [near, far] = connectionPair();
    const links = await Promise.all([
      ends[0].factory.establish(near, { signal, initiator: true, expect: ends[1].id }),
      ends[1].factory.establish(far, { signal, initiator: false }),
    ]);
    for (const link of links) await link.close();
  };
}

async function end() {
  const identity = await ephemeralIdentity(systemRandom(), nodeEd25519());
  const instance = {
    epoch: 1,
    nonce: identity.id
      .replace(/[^a-f2-7]/g, "")
      .padEnd(16, "0")
      .slice(0, 16),
  };
  const factory = secureLinkFactory({
    network: "bench",
    identity,
    instance: () => instance,
    origin: () => instance,
    card: () => new Uint8Array(),
    suite: nodeCryptoSuite(),
    verifier: strictVerifier(nodeEd25519(), recentKeyVerdicts(16)),
    clock: systemClock(),
    events: new EventEmitter(),
  });
  return { id: identity.id, factory };
}

function connectionPair() {
  const near = connection(() => far);
  const far = connection(() => near);
  return [near, far];
}

function connection(other) {
  let reader;
  const early = [];
  const closed = Promise.withResolvers();
  return {
    transport: "bench",
    road: "direct",
    remote: "here",
    capabilities: { direct: true, maxFrameBytes: 65_560, latencyClassMs: 1 },
    bufferedBytes: 0,
    closed: closed.promise,
    take: (frame) => (reader === undefined ? early.push(frame) : reader(frame)),
    send(frame) {
      queueMicrotask(() => other().take(frame));
      return true;
    },
    drained: async () => undefined,
    read(onFrame) {
      reader = onFrame;
      for (const frame of early.splice(0)) queueMicrotask(() => onFrame(frame));
    },
    close: async (detail = "closed") => closed.resolve({ by: "local", detail }),
  };
}
