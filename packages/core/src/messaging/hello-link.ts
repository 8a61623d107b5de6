import { decode, encode } from "cborg";
import { SwarmError } from "../errors/index.ts";
import type { Instance, PeerId } from "../ports/identity.ts";
import type { Connection } from "../ports/transport.ts";
import { isPeerId } from "../security/peer-id.ts";
import { maxFrameBytes, wireVersion } from "./limits.ts";
import type { HandshakeOptions, Link, LinkFactory } from "./link.ts";

/** What this node says of itself in a hello. */
export interface HelloSelf {
  readonly network: string;
  readonly peer: PeerId;
  readonly instance: () => Instance;
}

const magic = "swarm-space";

/** A hello, read. */
interface Hello {
  readonly peer: PeerId;
  readonly instance: Instance;
}

/** The link without seal: each side claims its id in a hello frame. Not yet secured. */
export function helloLinkFactory(self: HelloSelf): LinkFactory {
  return {
    establish: (connection, o) => establish(connection, self, o),
  };
}

async function establish(connection: Connection, self: HelloSelf, o: HandshakeOptions): Promise<Link> {
  const frames = new FrameTap(connection);
  try {
    o.signal.throwIfAborted();
    const { epoch, nonce } = self.instance();
    connection.send(encode([magic, wireVersion, self.network, self.peer, epoch, nonce]));
    const hello = decodeHello(await frames.first(o.signal), self.network);
    if (o.expect !== undefined && hello.peer !== o.expect) {
      throw new SwarmError("PEER_MISMATCH", `${hello.peer} answered where ${o.expect} was dialled`);
    }
    if (hello.peer === self.peer && hello.instance.nonce === nonce)
      throw new SwarmError("HANDSHAKE_FAILED", "this node reached itself");
    return helloLink(connection, frames, hello, o.initiator);
  } catch (error) {
    await connection.close("handshake failed");
    throw error;
  }
}

function helloLink(connection: Connection, frames: FrameTap, hello: Hello, initiator: boolean): Link {
  return {
    peer: hello.peer,
    instance: hello.instance,
    initiator,
    connection,
    maxFrameBytes: Math.min(connection.capabilities.maxFrameBytes, maxFrameBytes),
    send: (frame) => connection.send(frame),
    drained: (o) => connection.drained(o),
    read: (onFrame) => frames.pass(onFrame),
    closed: connection.closed,
    close: (reason) => connection.close(reason),
  };
}

/** @throws SwarmError `LEGACY_PEER`, `VERSION_UNSUPPORTED`, `NETWORK_MISMATCH`, `HANDSHAKE_FAILED` */
export function decodeHello(bytes: Uint8Array, network: string): Hello {
  const list = bytes.length <= 1024 ? tryDecode(bytes) : undefined;
  if (!Array.isArray(list) || list[0] !== magic)
    throw new SwarmError("LEGACY_PEER", "the first frame is no hello of this protocol");
  const [, version, theirNetwork, peer, epoch, nonce] = list;
  if (version !== wireVersion)
    throw new SwarmError("VERSION_UNSUPPORTED", `the peer speaks version ${String(version).slice(0, 20)}`);
  if (theirNetwork !== network) throw new SwarmError("NETWORK_MISMATCH", "the peer belongs to another network");
  if (
    !isPeerId(peer) ||
    !Number.isSafeInteger(epoch) ||
    epoch < 0 ||
    typeof nonce !== "string" ||
    !/^[0-9a-f]{16}$/.test(nonce)
  ) {
    throw new SwarmError("HANDSHAKE_FAILED", "the hello names no valid instance");
  }
  return { peer, instance: { epoch, nonce } };
}

function tryDecode(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { strict: true, allowIndefinite: false, allowBigInt: false });
  } catch {
    return undefined;
  }
}

/** Gives the first frame to the handshake and the rest to the link, losing none in between. */
class FrameTap {
  readonly #connection: Connection;
  readonly #kept: Uint8Array[] = [];
  #take: ((frame: Uint8Array) => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.read((frame) => {
      if (this.#take) this.#take(frame);
      else if (this.#kept.length < 64) this.#kept.push(frame);
      else void connection.close("frames before the handshake was done");
    });
  }

  first(signal: AbortSignal): Promise<Uint8Array> {
    const kept = this.#kept.shift();
    if (kept) return Promise.resolve(kept);
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#take = undefined;
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        done();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort);
      this.#take = (frame) => {
        done();
        resolve(frame);
      };
      void this.#connection.closed.then((reason) => {
        done();
        reject(new SwarmError("HANDSHAKE_FAILED", `the connection ended during the handshake: ${reason.detail}`));
      });
    });
  }

  pass(onFrame: (frame: Uint8Array) => void): void {
    this.#take = onFrame;
    for (const frame of this.#kept.splice(0)) onFrame(frame);
  }
}
