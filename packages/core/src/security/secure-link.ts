import { codeOf, SwarmError } from "../errors/index.ts";
import { maxFrameBytes } from "../messaging/limits.ts";
import type { HandshakeOptions, Link, LinkFactory } from "../messaging/link.ts";
import type { Clock } from "../ports/clock.ts";
import type { CryptoSuite, KeyPair } from "../ports/crypto-suite.ts";
import type { EventBus } from "../ports/events.ts";
import type { Identity, Instance } from "../ports/identity.ts";
import type { Connection } from "../ports/transport.ts";
import { decodeAbout, encodeAbout } from "./about-self.ts";
import { releaseBytes, wipe } from "./bytes.ts";
import type { StrictVerifier } from "./ed25519-strict.ts";
import { FrameTap } from "./frame-tap.ts";
import {
  checkLinkHello,
  encodeLinkHello,
  encodeLinkProof,
  linkPrologue,
  maxLinkHelloBytes,
  openLinkProof,
  type ProvenPeer,
} from "./link-payload.ts";
import { type NoiseHandshake, noiseHandshake } from "./noise-xx.ts";
import { createRecordLayer, type RecordLayer } from "./record-layer.ts";

/** Below it a collection is cheaper. */
const leastReleasedBytes = 4_096;

/** Who shakes hands, and with what. */
export interface SecureSelf {
  readonly network: string;
  readonly identity: Identity;
  readonly instance: () => Instance;
  /** Under which instance our sequences began. */
  readonly origin: () => Instance;
  /** Our letter key card as it is published; empty while there is none. */
  readonly card: () => Uint8Array;
  readonly suite: CryptoSuite;
  readonly verifier: StrictVerifier;
  readonly clock: Clock;
  readonly events: EventBus;
  /** Told of seals that do not hold. */
  readonly onSealBroken?: (connection: Connection) => void;
  /** For tests of the rekeying; defaults of the record layer otherwise. */
  readonly rekeyAfterFrames?: number;
}

/**
 * Every connection of every transport begins here: `Noise_XX_25519_ChaChaPoly_SHA256`, whose prologue names network,
 * version and transport, and in which the identity signs its Noise static, the transcript and the connection's binding.
 * Then each frame is sealed. The Noise static is made for one run of the node and never stored: `renew` wipes it.
 */
export function secureLinkFactory(self: SecureSelf): LinkFactory {
  let own: KeyPair | undefined;
  return {
    establish(connection, o) {
      own ??= self.suite.keyPair();
      return establish(connection, self, own, o);
    },
    renew() {
      wipe(own?.secretKey);
      own = undefined;
    },
  };
}

async function establish(connection: Connection, self: SecureSelf, own: KeyPair, o: HandshakeOptions): Promise<Link> {
  const tap = new FrameTap(connection);
  const noise = noiseHandshake({
    suite: self.suite,
    initiator: o.initiator,
    prologue: linkPrologue(self.network, connection.transport),
    static: own,
  });
  try {
    o.signal.throwIfAborted();
    const run = new HandshakeRun(connection, self, own, noise, tap, o);
    const peer = o.initiator ? await run.initiate() : await run.respond();
    return secureLink(connection, tap, peer, recordsOf(noise, self), o.initiator, self);
  } catch (error) {
    noise.abandon();
    await connection.close(codeOf(error, "HANDSHAKE_FAILED"));
    throw error;
  }
}

/** The three messages, from either side. */
class HandshakeRun {
  readonly #connection: Connection;
  readonly #self: SecureSelf;
  readonly #own: KeyPair;
  readonly #noise: NoiseHandshake;
  readonly #tap: FrameTap;
  readonly #o: HandshakeOptions;

  constructor(
    connection: Connection,
    self: SecureSelf,
    own: KeyPair,
    noise: NoiseHandshake,
    tap: FrameTap,
    o: HandshakeOptions,
  ) {
    this.#connection = connection;
    this.#self = self;
    this.#own = own;
    this.#noise = noise;
    this.#tap = tap;
    this.#o = o;
  }

  async initiate(): Promise<ProvenPeer> {
    this.#connection.send(this.#noise.writeMessage(encodeLinkHello(this.#self.network)));
    const peer = this.#readAnswer(await this.#tap.next(this.#o.signal));
    const { expect } = this.#o;
    if (expect !== undefined && peer.peer !== expect) {
      throw new SwarmError("PEER_MISMATCH", `${peer.peer} answered where ${expect} was dialled`);
    }
    this.#refuseSelf(peer);
    await this.#sendProof();
    return peer;
  }

  async respond(): Promise<ProvenPeer> {
    const first = await this.#tap.next(this.#o.signal);
    if (first.length > maxLinkHelloBytes)
      throw new SwarmError("LEGACY_PEER", "the first frame is too long for a hello");
    checkLinkHello(this.#readHello(first), this.#self.network);
    await this.#o.onGreeted?.();
    await this.#sendProof();
    const peer = this.#readProof(await this.#tap.next(this.#o.signal));
    this.#refuseSelf(peer);
    return peer;
  }

  #readHello(message: Uint8Array): Uint8Array {
    try {
      return this.#noise.readMessage(message);
    } catch (cause) {
      throw new SwarmError("LEGACY_PEER", "the first frame is none of this protocol", { cause });
    }
  }

  #readAnswer(message: Uint8Array): ProvenPeer {
    try {
      return this.#readProof(message);
    } catch (cause) {
      if (!looksForeign(message)) throw cause;
      throw new SwarmError("LEGACY_PEER", "the answer is none of this protocol", { cause });
    }
  }

  async #sendProof(): Promise<void> {
    const { network, identity, instance, origin, card } = this.#self;
    const proof = await encodeLinkProof({
      network,
      transport: this.#connection.transport,
      initiator: this.#o.initiator,
      staticKey: this.#own.publicKey,
      transcript: this.#noise.transcript(),
      identity,
      instance: instance(),
      extra: encodeAbout({ origin: origin(), card: card() }),
      ...this.#binding(),
    });
    this.#o.signal.throwIfAborted();
    this.#connection.send(this.#noise.writeMessage(proof));
  }

  #readProof(message: Uint8Array): ProvenPeer {
    const transcript = this.#noise.transcript();
    const payload = this.#noise.readMessage(message);
    const { remoteStatic } = this.#noise;
    if (remoteStatic === undefined) throw new SwarmError("HANDSHAKE_FAILED", "the peer named no static key");
    return openLinkProof(payload, {
      network: this.#self.network,
      transport: this.#connection.transport,
      initiator: !this.#o.initiator,
      staticKey: remoteStatic,
      transcript,
      verifier: this.#self.verifier,
      ...this.#binding(),
    });
  }

  #binding(): { readonly binding?: Uint8Array } {
    const { binding } = this.#connection;
    return binding === undefined ? {} : { binding };
  }

  #refuseSelf(peer: ProvenPeer): void {
    const { identity, instance } = this.#self;
    if (peer.peer === identity.id && peer.instance.nonce === instance().nonce) {
      throw new SwarmError("HANDSHAKE_FAILED", "this node reached itself");
    }
  }
}

/** Too short for two keys and their seals, or an object in JSON: nobody altered an answer, somebody speaks otherwise. */
function looksForeign(answer: Uint8Array): boolean {
  return answer.length < 32 + 48 + 16 || (answer[0] === 0x7b && answer[1] === 0x22);
}

function recordsOf(noise: NoiseHandshake, { suite, clock, rekeyAfterFrames }: SecureSelf): RecordLayer {
  const { sendKey, receiveKey, handshakeHash } = noise.split();
  const records = createRecordLayer({
    suite,
    sendKey,
    receiveKey,
    clock,
    ...(rekeyAfterFrames === undefined ? {} : { rekeyAfterFrames }),
  });
  for (const secret of [sendKey, receiveKey, handshakeHash]) wipe(secret);
  return records;
}

function secureLink(
  connection: Connection,
  tap: FrameTap,
  proven: ProvenPeer,
  records: RecordLayer,
  initiator: boolean,
  { events, onSealBroken }: SecureSelf,
): Link {
  let broken = false;
  void connection.closed.then(() => {
    broken = true;
    records.wipe();
  });
  /** A collection would find it too, and external memory sets those off. */
  const over = (record: Uint8Array) => {
    if (connection.copiesFrames === true && record.length >= leastReleasedBytes) releaseBytes(record);
  };
  const { origin, card } = decodeAbout(proven.extra) ?? { origin: proven.instance, card: new Uint8Array() };
  return {
    peer: proven.peer,
    instance: proven.instance,
    origin,
    card,
    initiator,
    connection,
    maxFrameBytes: Math.min(connection.capabilities.maxFrameBytes - records.overheadBytes, maxFrameBytes),
    send: (frame) => {
      const record = records.seal(frame);
      const isRoomy = connection.send(record);
      over(record);
      // On its way now: until the answer comes there is time.
      records.prepare();
      return isRoomy;
    },
    drained: (o) => connection.drained(o),
    read: (onFrame) =>
      tap.pass((record) => {
        if (broken) return;
        let frame: Uint8Array;
        try {
          frame = records.open(record);
          over(record);
        } catch (error) {
          broken = true;
          onSealBroken?.(connection);
          const { transport, remote } = connection;
          events.emit("frame:rejected", {
            transport,
            remote,
            code: codeOf(error, "SEAL_BROKEN"),
            detail: "the link is closed",
          });
          void connection.close("SEAL_BROKEN");
          return;
        }
        onFrame(frame);
      }),
    closed: connection.closed,
    close: (reason) => connection.close(reason),
  };
}
