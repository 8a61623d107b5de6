import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { CryptoSuite, KeyPair } from "../ports/crypto-suite.ts";
import type { Identity } from "../ports/identity.ts";
import { equalBytes, isBytes, wipe } from "./bytes.ts";
import { encodeLetterKeyCard, letterKeyId } from "./letter-key-card.ts";
import { decodeList, encodeList, isCount } from "./strict-cbor.ts";

const dayMs = 86_400_000;
const maxKeys = 64;
const vaultVersion = 1;

/** Where the secrets lie between two runs, so that letters left meanwhile can be opened. One value. */
export interface LetterKeyVault {
  load(): Promise<Uint8Array | undefined>;
  /** Replaces the value; resolves when the medium has it. The array is wiped then: a vault keeps a copy. */
  save(value: Uint8Array): Promise<void>;
}

export interface LetterKeysOptions {
  readonly identity: Identity;
  readonly network: string;
  readonly suite: Pick<CryptoSuite, "keyPair">;
  readonly clock: Pick<Clock, "wall">;
  /** Without one, keys end with this process, and letters of its absence with them. */
  readonly vault?: LetterKeyVault;
  /** A new key is published after so many milliseconds. Default one day. */
  readonly rotateAfterMs?: number;
  /** Others may seal to a key for so many milliseconds. Default seven days: a peer may be away for long. */
  readonly validMs?: number;
  /** The longest time to live of a letter, in milliseconds: so long is a secret kept after its card's end. Default seven days. */
  readonly maxTtlMs?: number;
}

/**
 * Our letter keys: X25519, rotating, each signed by the identity, each deleted when no letter to it can still live.
 * Whoever takes this device later cannot open letters older than that.
 */
export interface LetterKeys {
  /** The published bytes of the newest card; makes, keeps and signs a new key when the last is due. */
  card(): Promise<Uint8Array>;
  /** The secret behind a key id (eight bytes), while it is kept. */
  find(keyId: Uint8Array): KeyPair | undefined;
  /** Deletes and wipes what is over. Called by `card`; harmless at any time. Returns how many keys are left. */
  prune(): Promise<number>;
  /** Wipes the secrets in memory; the vault keeps its own. Twice is harmless. */
  close(): void;
}

interface OwnKey {
  readonly pair: KeyPair;
  readonly keyId: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** @throws SwarmError `STORE_FAILED` when what the vault holds is not what was saved */
export async function openLetterKeys(o: LetterKeysOptions): Promise<LetterKeys> {
  const rotateAfterMs = o.rotateAfterMs ?? dayMs;
  const validMs = o.validMs ?? 7 * dayMs;
  const maxTtlMs = o.maxTtlMs ?? 7 * dayMs;
  /** Newest last. */
  let keys: readonly OwnKey[] = decodeVault(await o.vault?.load(), o.suite);
  let published: { readonly key: OwnKey; readonly bytes: Uint8Array } | undefined;
  let closed = false;

  const isOver = (key: OwnKey): boolean => o.clock.wall() >= key.notAfter + maxTtlMs;

  const isDue = (key: OwnKey | undefined): boolean => {
    const wall = o.clock.wall();
    // A key from the future is one of a clock that was set back: replaced, but kept.
    return key === undefined || wall < key.notBefore || wall - key.notBefore >= rotateAfterMs || wall >= key.notAfter;
  };

  /** The vault has the new list before anybody sees it; whatever left it is wiped then. */
  const replace = async (next: readonly OwnKey[]): Promise<void> => {
    const wipeAllBut = (kept: readonly OwnKey[]): void => {
      for (const key of [...keys, ...next]) if (!kept.includes(key)) wipe(key.pair.secretKey);
    };
    if (o.vault !== undefined) {
      const encoded = encodeVault(next);
      try {
        await o.vault.save(encoded);
      } catch (error) {
        wipeAllBut(keys);
        throw error;
      } finally {
        wipe(encoded);
      }
    }
    wipeAllBut(closed ? [] : next);
    keys = closed ? [] : next;
  };

  const rotate = async (): Promise<OwnKey> => {
    const pair = o.suite.keyPair();
    // A clock may tell parts of milliseconds; the card is read by those that take whole ones.
    const notBefore = Math.floor(o.clock.wall());
    const key = { pair, keyId: letterKeyId(pair.publicKey), notBefore, notAfter: notBefore + validMs };
    await replace([...keys.filter((each) => !isOver(each)), key].slice(-maxKeys));
    return key;
  };

  const publish = ({ pair, notBefore, notAfter }: OwnKey): Promise<Uint8Array> =>
    encodeLetterKeyCard(o.identity, o.network, { publicKey: pair.publicKey, notBefore, notAfter });

  let turn: Promise<unknown> = Promise.resolve();
  /** One change after the other: two callers at once make one new key. */
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(() => {
      if (closed) throw new SwarmError("SWARM_STOPPED", "The letter keys are closed.");
      return run();
    });
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    card: () =>
      inTurn(async () => {
        const newest = keys.at(-1);
        const key = newest === undefined || isDue(newest) ? await rotate() : newest;
        if (published?.key !== key) published = { key, bytes: await publish(key) };
        return published.bytes;
      }),
    find: (keyId) => keys.find((key) => equalBytes(key.keyId, keyId) && !isOver(key))?.pair,
    prune: () =>
      inTurn(async () => {
        if (keys.some(isOver)) await replace(keys.filter((key) => !isOver(key)));
        return keys.length;
      }),
    close() {
      closed = true;
      for (const key of keys) wipe(key.pair.secretKey);
      keys = [];
      published = undefined;
    },
  };
}

function encodeVault(keys: readonly OwnKey[]): Uint8Array {
  return encodeList([vaultVersion, ...keys.map((key) => [key.pair.secretKey, key.notBefore, key.notAfter])]);
}

function decodeVault(value: Uint8Array | undefined, suite: Pick<CryptoSuite, "keyPair">): readonly OwnKey[] {
  if (value === undefined) return [];
  const list = decodeList(value, 16_384);
  if (list === undefined || list[0] !== vaultVersion || list.length > maxKeys + 1) throw corrupt();
  return list.slice(1).map((entry) => {
    const fields: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [secretKey, notBefore, notAfter] = fields;
    if (!isBytes(secretKey, 32) || !isCount(notBefore) || !isCount(notAfter)) throw corrupt();
    const pair = suite.keyPair(secretKey);
    wipe(secretKey);
    return { pair, keyId: letterKeyId(pair.publicKey), notBefore, notAfter };
  });
}

function corrupt(): SwarmError {
  return new SwarmError("STORE_FAILED", "The kept letter keys cannot be read.", {
    cure: "Remove them from the store; letters sealed to them are lost, new ones are not.",
  });
}
