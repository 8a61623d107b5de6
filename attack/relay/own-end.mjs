import { createSwarm, ephemeralIdentity, ports, replaceRoom, roomPorts, systemRandom, use } from "@swarm-space/core";
import { nodeCryptoSuite, nodeEd25519 } from "@swarm-space/core/node";
import gun from "@swarm-space/transport-gun";
import {
  encodeLinkHello,
  encodeLinkProof,
  linkPrologue,
  noiseHandshake,
} from "../../packages/core/dist/security/index.js";

const suite = nodeCryptoSuite();

/** A node that dials nobody by itself, and whose inbound connections come raw to `onGuest`. */
export async function rawNode({ network, url, onGuest = (c) => void c.close("nobody"), links }) {
  const swarm = await createSwarm({
    network,
    log: "silent",
    plugins: [use(gun, { relays: [url], presence: { announce: false } })],
    replace: [
      replaceRoom(roomPorts.doorman, () => ({ pending: 0, admit: (c) => onGuest(c), open() {}, close() {} })),
      replaceRoom(ports.dialer, () => ({ wanted: () => [], onChange: () => () => {} })),
      ...(links ? [replaceRoom(roomPorts.links, links)] : []),
    ],
  });
  await swarm.start();
  const [transport] = swarm.get(ports.transport);
  return {
    swarm,
    inbox: transport.addresses()[0].value,
    links: swarm.get(roomPorts.links),
    connect: (inbox, signal) =>
      transport.connect({ addresses: [{ transport: "gun", value: inbox }] }, "relay", { signal }),
  };
}

/** The relay's own end of connections: what a man in the middle does with handshakes, under an identity of his own. */
export class OwnEnd {
  /** Kind of play → handshakes and what came of them. */
  counts = {};
  #node;
  #network;
  #identity;
  #mode = "own";
  #target;

  async open({ network, url }) {
    this.#network = network;
    this.#identity = await ephemeralIdentity(systemRandom(), nodeEd25519());
    this.#node = await rawNode({ network, url, onGuest: (guest) => void this.#receive(guest) });
    return { inbox: this.#node.inbox, peer: this.#identity.id };
  }

  get inbox() {
    return this.#node.inbox;
  }

  /** How guests are received from now on. @param target the inbox to go on to, for the modes that do */
  receive({ mode, target }) {
    this.#mode = mode;
    this.#target = target;
    this.counts = { guests: 0, frames: 0, text: "" };
  }

  /** Dials an inbox and says what was captured: the first frame, and after the answer the rest. Frames said, and frames heard behind the handshake. */
  async play({ inbox, frames }) {
    const connection = await this.#node.connect(inbox, AbortSignal.timeout(5_000));
    let heard = 0;
    const answered = new Promise((resolve) => {
      connection.read(() => {
        heard++;
        resolve();
      });
    });
    connection.send(frames[0]);
    await Promise.race([answered, connection.closed, sleep(1_000)]);
    let said = 1;
    for (const frame of frames.slice(1)) {
      try {
        connection.send(frame);
        said++;
      } catch {
        break;
      }
    }
    await Promise.race([connection.closed, sleep(frames.length > 1 ? 1_000 : 10)]);
    await connection.close("done");
    return { said, heard };
  }

  /** Dials an inbox and says to be `peer`, with a signature of its own. True: it was believed. "busy": the door was full, nobody judged it. */
  async claim({ inbox, peer }) {
    const connection = await this.#node.connect(inbox, AbortSignal.timeout(5_000));
    const frames = framesOf(connection);
    const noise = this.#noise(true);
    const identity = { id: peer, sign: (domain, bytes) => this.#identity.sign(domain, bytes) };
    connection.send(noise.handshake.writeMessage(encodeLinkHello(this.#network)));
    const answer = await frames
      .next()
      .catch((error) => (error.message === "DOOR_BUSY" ? undefined : Promise.reject(error)));
    if (answer === undefined) return "busy";
    noise.handshake.readMessage(answer);
    connection.send(noise.handshake.writeMessage(await this.#proof(noise, identity, true)));
    const isHeard = await Promise.race([
      frames.next().then(
        () => true,
        () => false,
      ),
      sleep(1_000, false),
    ]);
    await connection.close("done");
    return isHeard;
  }

  async #receive(guest) {
    this.counts.guests++;
    try {
      if (this.#mode === "own") await this.#terminate(guest, (noise) => this.#proof(noise, this.#identity, false));
      else if (this.#mode === "forward") await this.#terminate(guest, () => this.#stolenProof());
      else if (this.#mode === "echo") guest.read((frame) => guest.send(frame));
      else {
        const back = await this.#node.connect(this.#target, AbortSignal.timeout(5_000));
        guest.read((frame) => back.send(frame));
        back.read((frame) => guest.send(frame));
        void guest.closed.then(() => back.close("done"));
        void back.closed.then(() => guest.close("done"));
      }
    } catch {
      await guest.close("failed");
    }
  }

  /** Shakes hands as whoever was dialled; whatever comes behind the third message is application data. */
  async #terminate(guest, proof) {
    const frames = framesOf(guest);
    const noise = this.#noise(false);
    const { handshake } = noise;
    handshake.readMessage(await frames.next());
    guest.send(handshake.writeMessage(await proof(noise)));
    handshake.readMessage(await frames.next());
    const key = suite.cipher(handshake.split().receiveKey);
    for (let counter = 0; ; counter++) {
      const record = await frames.next();
      const plain = key.open(counter, record.subarray(0, 8), record.subarray(8));
      this.counts.frames++;
      if (plain) this.counts.text += Buffer.from(plain).toString("latin1").slice(0, 512);
    }
  }

  /** The proof of the one who was meant, got by dialling him: signed, but for another key and transcript. */
  async #stolenProof() {
    const connection = await this.#node.connect(this.#target, AbortSignal.timeout(5_000));
    const frames = framesOf(connection);
    const { handshake } = this.#noise(true);
    connection.send(handshake.writeMessage(encodeLinkHello(this.#network)));
    const proof = handshake.readMessage(await frames.next());
    await connection.close("done");
    return proof;
  }

  #noise(initiator) {
    const own = suite.keyPair();
    const prologue = linkPrologue(this.#network, "gun");
    return { own, handshake: noiseHandshake({ suite, initiator, prologue, static: own }) };
  }

  #proof({ own, handshake }, identity, initiator) {
    return encodeLinkProof({
      network: this.#network,
      transport: "gun",
      initiator,
      staticKey: own.publicKey,
      transcript: handshake.transcript(),
      identity,
      instance: { epoch: Date.now(), nonce: "00112233aabbccdd" },
    });
  }
}

/** Frames of a connection, one at a time. `next` rejects when it ends. */
function framesOf(connection) {
  const kept = [];
  let take;
  connection.read((frame) => {
    if (take) take(frame);
    else if (kept.length < 64) kept.push(frame);
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (kept.length > 0) return resolve(kept.shift());
        take = (frame) => {
          take = undefined;
          resolve(frame);
        };
        void connection.closed.then(({ detail }) => reject(new Error(detail)));
      }),
  };
}

function sleep(ms, value) {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}
