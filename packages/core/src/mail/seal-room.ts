import { bytesToHex } from "@noble/hashes/utils.js";
import type { Clock } from "../ports/clock.ts";
import type { CryptoSuite } from "../ports/crypto-suite.ts";
import type { Identity, Instance, PeerId } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";
import { textBytes, wipe } from "../security/bytes.ts";
import type { StrictVerifier } from "../security/ed25519-strict.ts";
import type { LetterHpke } from "../security/letter-hpke.ts";
import type { LetterKeyCard } from "../security/letter-key-card.ts";
import { type LetterKeys, openLetterKeys } from "../security/letter-keys.ts";
import { type OpenedLetter, openLetter, sealLetter } from "../security/letter-seal.ts";

export interface SealRoomRooms {
  readonly identity: Identity;
  readonly network: string;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly store: Store;
  readonly verifier: StrictVerifier;
  readonly hpke: LetterHpke;
  /** Under which instance our sequences began: what names our letters. */
  readonly origin: () => Instance;
  readonly onFailed: (error: unknown) => void;
}

const namespace = "letter-keys";
const key = "keys";
/** How often it is looked whether a new letter key is due, in milliseconds. */
const renewMs = 3_600_000;
/** After a store refused a new key. */
const renewAgainMs = 60_000;
/** Never given out: no signature of this domain leaves the node. */
const nameDomain = "swarm-space/letter-name/1";

/** Our letter keys, and the sealing and opening of letters with them. */
export class SealRoom {
  readonly #rooms: SealRoomRooms;
  #keys: LetterKeys | undefined;
  #card = new Uint8Array();
  #timer: Disposable | undefined;
  #nameKey: Uint8Array | undefined;

  constructor(rooms: SealRoomRooms) {
    this.#rooms = rooms;
  }

  /** Our card as it is published; empty before `open`. */
  get card(): Uint8Array {
    return this.#card;
  }

  async open(): Promise<void> {
    const { identity, network, suite, clock, store } = this.#rooms;
    const vault = {
      load: () => store.namespace(namespace).get(key),
      save: (value: Uint8Array) => store.batch([{ type: "put" as const, namespace, key, value }], { durable: true }),
    };
    // Ed25519 signs deterministically (RFC 8032), so the key of the names is the same in every run and kept nowhere.
    this.#nameKey = suite.hash(await identity.sign(nameDomain, new Uint8Array()));
    const keys = await openLetterKeys({ identity, network, suite, clock, ...(store.durable ? { vault } : {}) });
    this.#keys = keys;
    await this.#renew(keys);
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    wipe(this.#nameKey);
    this.#nameKey = undefined;
    this.#keys?.close();
    this.#keys = undefined;
    this.#card = new Uint8Array();
  }

  /**
   * What a mailbox knows our letter by, however often it is left. Keyed, for every peer we met knows our instance, and could
   * tell a mailbox which letters are ours. Undefined before `open`.
   */
  nameOf(to: PeerId, seq: number): string | undefined {
    if (this.#nameKey === undefined) return undefined;
    const { epoch, nonce } = this.#rooms.origin();
    const bytes = textBytes(`${epoch} ${nonce}\0${to}\0${seq}`);
    return bytesToHex(this.#rooms.suite.hmac(this.#nameKey, bytes).subarray(0, 16));
  }

  /** @throws SwarmError `LETTER_TOO_LARGE`, `LETTER_KEY_INVALID`, `LETTER_EXPIRED` */
  seal(to: LetterKeyCard, seq: number, expiresAt: number, body: Uint8Array): Promise<Uint8Array> {
    const { identity, network, clock, hpke, origin } = this.#rooms;
    return sealLetter(
      { instance: origin(), seq, expiresAt, body },
      { hpke, identity, network, to, wallMs: clock.wall() },
    );
  }

  /** @throws SwarmError `LETTER_INVALID`, `LETTER_KEY_UNKNOWN`, `LETTER_EXPIRED` */
  async openLetter(letter: Uint8Array): Promise<OpenedLetter> {
    const { identity, network, clock, hpke, verifier } = this.#rooms;
    const keys = this.#keys ?? { find: () => undefined };
    return openLetter(letter, { hpke, self: identity.id, network, keys, wallMs: clock.wall(), verifier });
  }

  async #renew(keys: LetterKeys): Promise<void> {
    const card = Uint8Array.from(await keys.card());
    if (this.#keys !== keys) return;
    this.#card = card;
    this.#renewIn(renewMs, keys);
  }

  #renewIn(ms: number, keys: LetterKeys): void {
    this.#timer = this.#rooms.clock.timer(ms, () => {
      this.#renew(keys).catch((error: unknown) => {
        if (this.#keys !== keys) return;
        this.#rooms.onFailed(error);
        this.#renewIn(renewAgainMs, keys);
      });
    });
  }
}
