import { borderNumber, bytesItem, head, numberItem, roughly, textItem } from "../cbor.mjs";
import { refuse } from "../refuse.mjs";
import { isRealTurn, toySuite, toyVerifier } from "../toys.mjs";

const network = "fuzz";
const transport = "gun";
const clock = { now: () => 0 };
const fill = (byte, length = 32) => new Uint8Array(length).fill(byte);

/** What is said before a link stands, and the records after. */
export async function linkDecoders(load) {
  const payload = await load("core", "security/link-payload");
  const about = await load("core", "security/about-self");
  const { noiseHandshake } = await load("core", "security/noise-xx");
  const { createRecordLayer } = await load("core", "security/record-layer");
  const { identityFromSecret } = await load("core", "security/identity");
  const { strictVerifier, recentKeyVerdicts } = await load("core", "security/ed25519-strict");
  const { nodeCryptoSuite } = await load("core", "node/node-crypto-suite");
  const { nodeEd25519 } = await load("core", "node/node-ed25519");
  const suites = { real: nodeCryptoSuite(), toy: toySuite() };
  const suiteOf = (turn) => (isRealTurn(turn) ? suites.real : suites.toy);
  const verifier = strictVerifier(nodeEd25519(), recentKeyVerdicts(64));
  const context = { network, transport, initiator: true, staticKey: fill(3), transcript: fill(4) };
  const prover = {
    ...context,
    identity: identityFromSecret(fill(1)),
    instance: { epoch: 5, nonce: "00ff00ff00ff00ff" },
  };
  const proofs = [
    await payload.encodeLinkProof(prover),
    await payload.encodeLinkProof({ ...prover, binding: fill(9, 64), extra: fill(8, 40) }),
  ];
  const hello = payload.encodeLinkHello(network);

  return [
    {
      name: "link-hello",
      seeds: [hello, payload.encodeLinkHello("another")],
      make: (random) =>
        Uint8Array.from(
          roughly(random, [
            textItem("swarm-space"),
            numberItem(random.chance(0.8) ? 1 : borderNumber(random), random),
            bytesItem(random.bytes(8)),
          ]),
        ),
      run: (bytes) => void payload.checkLinkHello(bytes, network),
    },
    {
      name: "link-proof",
      seeds: proofs,
      make: (random) => makeProof(random),
      run(bytes, turn) {
        const binding = turn % 2 === 0 ? {} : { binding: fill(9, 64) };
        const proven = payload.openLinkProof(bytes, {
          ...context,
          ...binding,
          verifier: isRealTurn(turn) ? verifier : toyVerifier,
        });
        if (!/^[a-z2-7]{52}$/.test(proven.peer)) throw new Error("a peer without a name was proven");
      },
    },
    {
      name: "link-about",
      seeds: [
        about.encodeAbout({ origin: prover.instance, card: new Uint8Array() }),
        about.encodeAbout({ origin: prover.instance, card: fill(7, 190) }),
      ],
      make: (random) =>
        Uint8Array.from(
          roughly(random, [
            numberItem(borderNumber(random), random),
            bytesItem(random.bytes(8)),
            bytesItem(random.bytes(random.integer(200))),
          ]),
        ),
      run(bytes) {
        const read = about.decodeAbout(bytes);
        if (read === undefined) refuse("nothing about anybody");
        return String(read.card.length > 0);
      },
    },
    ...noiseDecoders({
      noiseHandshake,
      suites,
      suiteOf,
      prologue: payload.linkPrologue(network, transport),
      hello,
      proof: proofs[0],
    }),
    recordDecoder({ createRecordLayer, suites, suiteOf }),
  ];
}

function makeProof(random) {
  return Uint8Array.from(
    roughly(random, [
      head(0, 1),
      bytesItem(random.bytes(32)),
      numberItem(borderNumber(random), random),
      bytesItem(random.bytes(8)),
      random.chance(0.5) ? [0xf6] : bytesItem(random.bytes(random.integer(1_100))),
      bytesItem(random.bytes(random.integer(40))),
      bytesItem(random.bytes(64)),
    ]),
  );
}

/** One decoder for each message of the handshake, on the side that reads it; and every message out of its turn. */
function noiseDecoders({ noiseHandshake, suites, suiteOf, prologue, hello, proof }) {
  const side = (suite, initiator) =>
    noiseHandshake({
      suite,
      initiator,
      prologue,
      static: suite.keyPair(fill(initiator ? 0x11 : 0x21)),
      ephemeral: suite.keyPair(fill(initiator ? 0x12 : 0x22)),
    });
  /** All keys are given, so each run says the same. */
  const messagesOf = (suite) => {
    const [initiator, responder] = [side(suite, true), side(suite, false)];
    const first = initiator.writeMessage(hello);
    responder.readMessage(first);
    const second = responder.writeMessage(proof);
    initiator.readMessage(second);
    return [first, second, initiator.writeMessage(proof)];
  };
  const sent = new Map([suites.real, suites.toy].map((suite) => [suite, messagesOf(suite)]));
  /** The side that reads the message of this number, ready to. */
  const readerOf = (suite, message) => {
    const reader = side(suite, message === 2);
    if (message === 2) reader.writeMessage(hello);
    if (message !== 3) return reader;
    reader.readMessage(sent.get(suite)[0]);
    reader.writeMessage(proof);
    return reader;
  };
  return [1, 2, 3].map((message) => ({
    name: `noise-message-${message}`,
    seeds: [suites.real, suites.toy].map((suite) => sent.get(suite)[message - 1]),
    run(bytes, turn) {
      if (turn % 16 === 3) return outOfTurn(side(suites.toy, true), bytes);
      const reader = readerOf(suiteOf(turn), message);
      try {
        reader.readMessage(bytes);
      } catch (error) {
        if (reader.phase !== "over") throw new Error(`a failed handshake goes on: ${reader.phase}`);
        throw error;
      }
      if (message === 3) reader.split();
      return reader.phase;
    },
  }));
}

function outOfTurn(handshake, bytes) {
  try {
    handshake.readMessage(bytes);
  } catch (error) {
    if (handshake.phase === "over") throw error;
  }
  throw new Error("a message out of its turn was taken");
}

function recordDecoder({ createRecordLayer, suites, suiteOf }) {
  const layer = (suite) =>
    createRecordLayer({ suite, sendKey: fill(1), receiveKey: fill(1), clock, rekeyAfterFrames: 2 });
  const seedsOf = (suite) => {
    const own = layer(suite);
    return [new Uint8Array(), fill(5, 90), fill(6, 300), fill(7, 8)].map((frame) => own.seal(frame));
  };
  return {
    name: "record",
    seeds: [...seedsOf(suites.real), ...seedsOf(suites.toy)],
    run(bytes, turn) {
      const own = layer(suiteOf(turn));
      const frame = own.open(bytes);
      if (frame.length !== bytes.length - own.overheadBytes) throw new Error("a record opened to another length");
      try {
        own.open(bytes);
      } catch {
        return `epoch ${bytes[1]}`;
      }
      throw new Error("a record opened twice");
    },
  };
}
