import { borderNumber, bytesItem, head, numberItem, roughly } from "../cbor.mjs";
import { isRealTurn, toyHpke, toySuite, toyVerifier } from "../toys.mjs";

const network = "fuzz";
const wallMs = 1_800_000_000_000;
const fill = (byte, length = 32) => new Uint8Array(length).fill(byte);

/** Sealed letters, the cards of the keys that they are sealed to, and the vault of those keys. */
export async function letterDecoders(load) {
  const seals = await load("core", "security/letter-seal");
  const cards = await load("core", "security/letter-key-card");
  const { letterSizes, padTo } = await load("core", "security/letter-sizes");
  const { openLetterKeys } = await load("core", "security/letter-keys");
  const { letterHpke } = await load("core", "security/letter-hpke");
  const { identityFromSecret } = await load("core", "security/identity");
  const { strictVerifier, recentKeyVerdicts } = await load("core", "security/ed25519-strict");
  const { nodeCryptoSuite } = await load("core", "node/node-crypto-suite");
  const { nodeEd25519 } = await load("core", "node/node-ed25519");
  const hpke = letterHpke();
  const verifier = strictVerifier(nodeEd25519(), recentKeyVerdicts(64));
  const alice = identityFromSecret(fill(1));
  const bob = identityFromSecret(fill(2));
  const pair = nodeCryptoSuite().keyPair(fill(3));
  const times = { notBefore: wallMs - 1_000, notAfter: wallMs + 86_400_000 };
  const card = { peer: bob.id, publicKey: pair.publicKey, ...times };
  const content = { instance: { epoch: 5, nonce: "00ff00ff00ff00ff" }, seq: 9, expiresAt: wallMs + 60_000 };
  const seal = (engine, bytes) =>
    seals.sealLetter({ ...content, body: bytes }, { hpke: engine, identity: alice, network, to: card, wallMs });
  const keyId = cards.letterKeyId(pair.publicKey);
  const keys = { find: (id) => (Buffer.compare(id, keyId) === 0 ? pair : undefined) };

  return [
    {
      name: "sealed-letter",
      seeds: [
        await seal(hpke, fill(4, 20)),
        await seal(hpke, fill(4, 900)),
        await seal(toyHpke, fill(4, 20)),
        await seal(toyHpke, fill(4, 3_000)),
      ],
      make: (random) => makeLetter(random, keyId, letterSizes, padTo),
      async run(bytes, turn) {
        const real = isRealTurn(turn);
        const letter = await seals.openLetter(bytes, {
          hpke: real ? hpke : toyHpke,
          self: bob.id,
          network,
          keys,
          wallMs,
          verifier: real ? verifier : toyVerifier,
        });
        if (!/^[a-z2-7]{52}$/.test(letter.from)) throw new Error("a letter of nobody was opened");
      },
    },
    {
      name: "letter-key-card",
      seeds: [await cards.encodeLetterKeyCard(bob, network, card)],
      make: (random) =>
        Uint8Array.from(
          roughly(random, [
            head(0, 1),
            bytesItem(random.bytes(32)),
            bytesItem(random.bytes(32)),
            numberItem(random.chance(0.8) ? wallMs - random.integer(9_000_000) : borderNumber(random), random),
            numberItem(random.chance(0.8) ? wallMs + random.integer(9_000_000) : borderNumber(random), random),
            bytesItem(random.bytes(64)),
          ]),
        ),
      run(bytes, turn) {
        const opened = cards.openLetterKeyCard(bytes, {
          network,
          wallMs,
          verifier: isRealTurn(turn) ? verifier : toyVerifier,
        });
        if (opened.publicKey.length !== 32) throw new Error("a card without a key was opened");
      },
    },
    {
      name: "letter-key-vault",
      seeds: [await vaultBytes(openLetterKeys, bob)],
      async run(bytes) {
        const vault = { load: async () => Uint8Array.from(bytes), save: async () => undefined };
        const opened = await openLetterKeys({
          identity: bob,
          network,
          suite: toySuite(),
          clock: { wall: () => wallMs },
          vault,
        });
        opened.close();
      },
    },
  ];
}

/** A size class that fits, a known key, and inside something like a letter. */
function makeLetter(random, keyId, sizes, padTo) {
  const inner = Uint8Array.from(
    roughly(random, [
      bytesItem(random.bytes(32)),
      numberItem(random.integer(9), random),
      bytesItem(random.bytes(8)),
      numberItem(random.chance(0.8) ? 3 : borderNumber(random), random),
      numberItem(random.chance(0.8) ? wallMs + random.integer(90_000_000) : borderNumber(random), random),
      bytesItem(random.bytes(random.integer(60))),
      bytesItem(random.bytes(64)),
    ]),
  );
  const size = sizes.find((each) => each >= inner.length + 61);
  if (size === undefined) return inner;
  const padded = padTo(inner, size - 57);
  if (random.chance(0.1)) padded[random.integer(padded.length)] ^= 1;
  const letter = new Uint8Array(size);
  letter[0] = 1;
  letter.set(keyId, 1);
  letter.set(padded, 41);
  if (random.chance(0.1)) letter[random.integer(9)] ^= 1 << random.integer(8);
  return letter;
}

async function vaultBytes(openLetterKeys, identity) {
  let saved = new Uint8Array();
  const vault = {
    load: async () => undefined,
    save: async (value) => {
      saved = Uint8Array.from(value);
    },
  };
  const keys = await openLetterKeys({ identity, network, suite: toySuite(), clock: { wall: () => wallMs }, vault });
  await keys.card();
  keys.close();
  return saved;
}
