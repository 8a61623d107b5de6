import type { Clock, Random } from "../clock.ts";
import { Engine } from "../engine.ts";
import { type GraphItem, type GraphNode, type GunMessage, itemsOf } from "../frame.ts";
import type { EnginePeer, HeardMessage } from "../gun-types.ts";
import { IdSource } from "../id-source.ts";
import { Interests } from "./interests.ts";
import { KeyStore, type KeyStoreOptions } from "./key-store.ts";
import type { Depositor } from "./mail-accounts.ts";
import type { MailRules } from "./mail-rules.ts";
import { MailShelf } from "./mail-shelf.ts";
import type { RelayKeep } from "./relay-keep.ts";
import type { RelayPeer } from "./relay-peer.ts";
import { remoteRange } from "./remote-range.ts";

export interface RelayCoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Omit<KeyStoreOptions, "forget">;
  readonly mail: MailRules;
  readonly keepIn: RelayKeep | undefined;
  /** Another relay's interest ends after this time unless it is renewed, which happens thrice within it. */
  readonly relayInterestTtlMs: number;
}

/** What a relay counted since it opened; keys, souls and bytes as they are now. */
export interface RelayCounts {
  readonly puts: number;
  readonly gets: number;
  readonly routed: number;
  readonly rejected: number;
  readonly errors: number;
  readonly souls: number;
  readonly keys: number;
  readonly bytes: number;
  readonly evicted: number;
  readonly interests: number;
  readonly letters: number;
  readonly letterBytes: number;
  readonly refusedLetters: number;
}

const sweepMs = 1_000;
const sweepLimit = 20_000;
/** Answers are cut so that another relay's 64 KiB guard lets them pass. */
const answerLength = 40_000;
const answerKeys = 256;

/** A relay without sockets: guarded texts in, texts to those who asked out. */
export class RelayCore {
  readonly #options: RelayCoreOptions;
  readonly #ids: IdSource;
  readonly #engine: Engine;
  readonly #interests: Interests;
  readonly #store: KeyStore;
  readonly #mail: MailShelf;
  readonly #peers = new Map<EnginePeer, RelayPeer>();
  readonly #counts = { puts: 0, gets: 0, routed: 0, rejected: 0, errors: 0 };
  /** Whom the frame that is being heard was passed on to. */
  readonly #told = new Set<RelayPeer>();
  #sweeper: Disposable | undefined;
  #renewer: Disposable | undefined;
  #ended = false;

  constructor(options: RelayCoreOptions) {
    this.#options = options;
    this.#ids = new IdSource(options.random);
    this.#interests = new Interests(options.relayInterestTtlMs);
    this.#engine = new Engine({
      clock: options.clock,
      random: options.random,
      onItem: (item, via) => this.#keep(item, via && this.#peers.get(via)),
      onRoute: (message) => this.#route(message),
      onError: () => {
        this.#counts.errors += 1;
      },
    });
    this.#store = new KeyStore({
      ...options.store,
      forget: (soul, key, last) => this.#engine.forget(soul, key, last && !this.#mail.has(soul)),
    });
    this.#mail = new MailShelf({
      rules: options.mail,
      clock: options.clock,
      keep: options.keepIn,
      forget: (soul, key) => this.#engine.forget(soul, key, !this.#mail.has(soul) && !this.#store.has(soul)),
      onError: () => {
        this.#counts.errors += 1;
      },
    });
    this.#renew();
  }

  get counts(): RelayCounts {
    return { ...this.#counts, ...this.#store.counts, ...this.#mail.counts, interests: this.#interests.size };
  }

  /** Takes in the letters that were kept. */
  async load(): Promise<void> {
    for await (const item of this.#mail.load()) this.#engine.restore(item);
  }

  join(peer: RelayPeer): void {
    this.#peers.set(peer, peer);
    this.#engine.hi(peer);
    if (!peer.isRelay) return;
    for (const soul of this.#interests.ofOthers(peer, this.#options.clock.now())) this.#ask(soul, peer);
  }

  leave(peer: RelayPeer): void {
    if (!this.#peers.delete(peer)) return;
    this.#interests.leave(peer);
    this.#engine.bye(peer);
    peer.end();
  }

  /** What a peer's socket received. */
  hear(text: unknown, peer: RelayPeer): void {
    if (this.#ended) return;
    const { accepted, rejected } = peer.guard(text, this.#options.clock.wall());
    let items = rejected.length;
    for (const message of accepted) items += weigh(message);
    peer.charge(1, typeof text === "string" ? text.length : 0, items);
    this.#counts.rejected += rejected.length;
    for (const message of accepted) this.#handle(message, peer);
    for (const told of this.#told) this.#engine.flush(told);
    this.#told.clear();
    peer.blame(rejected.length);
  }

  /** Resolves when what was begun to be kept is. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const peer of [...this.#peers.values()]) this.leave(peer);
    this.#sweeper?.[Symbol.dispose]();
    this.#renewer?.[Symbol.dispose]();
    this.#engine.end();
    await this.#mail.close();
  }

  #handle(message: GunMessage, peer: RelayPeer): void {
    if (message.dam !== undefined) {
      if (message.dam === "?" && message["@"] === undefined) this.#say({ dam: "?", "@": message["#"] ?? "" }, peer);
      return;
    }
    const answers = message["@"];
    // An answer that nobody here waits for is news for all who asked for the soul.
    if (message.put && answers !== undefined && !this.#engine.senderOf(answers)) delete message["@"];
    if (!message.put) return this.#engine.hear(message, peer);
    const items = [...itemsOf(message.put)];
    const asked = message.ok !== undefined ? message["#"] : undefined;
    delete message.ok;
    // What other relays pass on lies with them, and is kept here no longer than any key.
    const refusal = peer.isRelay ? undefined : this.#mail.refusal(items, depositorOf(peer));
    if (refusal === undefined) {
      this.#counts.puts += 1;
      this.#engine.hear(message, peer);
    }
    if (asked !== undefined) this.#confirm(asked, items, refusal, peer);
  }

  /** Says that a put is kept, or why not; where letters are kept on a medium, once it has them. */
  #confirm(id: string, items: readonly GraphItem[], refusal: string | undefined, peer: RelayPeer): void {
    const say = (err: string | undefined): void => {
      this.#say(err === undefined ? { "@": id, ok: { "": 1 } } : { "@": id, err }, peer);
    };
    if (refusal !== undefined || !this.#options.keepIn || !items.some(({ soul }) => this.#mail.isMailbox(soul))) {
      return say(refusal);
    }
    void this.#mail.written(items).then((reason) => {
      if (!this.#peers.has(peer)) return;
      say(reason);
      this.#engine.flush(peer);
    });
  }

  #keep(item: GraphItem, from: RelayPeer | undefined): void {
    const { soul, key, value } = item;
    if (this.#mail.isMailbox(soul)) {
      const depositor = from && !from.isRelay ? depositorOf(from) : undefined;
      if (value === null) this.#mail.remove(soul, key);
      else if (depositor || this.#mail.has(soul, key)) {
        this.#store.release(soul, key);
        return this.#mail.note(item, value, depositor);
      }
    }
    this.#store.note(soul, key, value, this.#options.clock.now());
    this.#sweeper ??= this.#options.clock.timer(sweepMs, () => this.#sweep());
  }

  #sweep(): void {
    const left = this.#store.sweep(this.#options.clock.now(), sweepLimit);
    this.#sweeper = left ? this.#options.clock.timer(sweepMs, () => this.#sweep()) : undefined;
  }

  #renew(): void {
    this.#renewer = this.#options.clock.timer(this.#options.relayInterestTtlMs / 3, () => {
      for (const peer of this.#peers.values()) {
        if (peer.isRelay) for (const soul of this.#interests.ofClients()) this.#ask(soul, peer);
      }
      this.#renew();
    });
  }

  /** Gun's `mesh.way`: a put goes to those who asked for its souls, a question to other relays. */
  #route(message: HeardMessage): void {
    const via = message._?.via && this.#peers.get(message._.via);
    if (message.get && via) this.#answer(message, message.get["#"], via);
    if (!message.put) return;
    const now = this.#options.clock.now();
    const receivers = new Set<RelayPeer>();
    for (const soul of Object.keys(message.put)) for (const peer of this.#interests.of(soul, now)) receivers.add(peer);
    // A letter lies with the relay that it was left at: all hear that its receiver has it.
    if (this.#ends(message.put)) for (const peer of this.#peers.values()) if (peer.isRelay) receivers.add(peer);
    if (via) receivers.delete(via);
    if (receivers.size === 0) return;
    const id = message["#"] ?? this.#ids.next();
    const raw = JSON.stringify({ "#": id, put: message.put });
    for (const peer of receivers) {
      this.#engine.say(id, raw, peer);
      this.#told.add(peer);
    }
    this.#counts.routed += receivers.size;
  }

  /** Whether some letter is ended here. */
  #ends(put: Readonly<Record<string, GraphNode>>): boolean {
    for (const { soul, value } of itemsOf(put)) if (value === null && this.#mail.isMailbox(soul)) return true;
    return false;
  }

  #answer(message: GunMessage, soul: string, via: RelayPeer): void {
    this.#counts.gets += 1;
    this.#interests.add(soul, via, this.#options.clock.now());
    const id = message["#"] ?? this.#ids.next();
    const raw = JSON.stringify({ "#": id, get: { "#": soul } });
    for (const peer of this.#peers.values()) if (peer.isRelay && peer !== via) this.#engine.say(id, raw, peer);
    const node = Object.hasOwn(this.#engine.graph, soul) ? this.#engine.graph[soul] : undefined;
    if (!node) return;
    let length = 0;
    for (const part of partsOf(soul, node)) length += this.#say({ "@": id, put: { [soul]: part } }, via);
    // A short question with a long answer is paid for by the one who asks.
    via.charge(0, length, 0);
  }

  #ask(soul: string, peer: RelayPeer): void {
    this.#say({ get: { "#": soul } }, peer);
  }

  /** @returns the length of what was said */
  #say(message: GunMessage, peer: RelayPeer): number {
    const id = this.#ids.next();
    const raw = JSON.stringify({ "#": id, ...message });
    this.#engine.say(id, raw, peer);
    return raw.length;
  }
}

function depositorOf(peer: RelayPeer): Depositor {
  return { range: remoteRange(peer.remote), connection: peer.id };
}

function weigh(message: GunMessage): number {
  if (!message.put) return 1;
  let items = 0;
  for (const node of Object.values(message.put)) items += Object.keys(node).length - 1;
  return items;
}

/** A soul's keys in messages that fit a frame. Tombstones stay at home: whoever asks now never saw what they end. */
function* partsOf(soul: string, node: GraphNode): Generator<GraphNode> {
  let part: GraphNode = { _: { "#": soul, ">": {} } };
  let length = 0;
  let keys = 0;
  for (const { key, value, state } of itemsOf({ [soul]: node })) {
    if (value === null) continue;
    if (keys === answerKeys || (length > 0 && length + value.length > answerLength)) {
      yield part;
      part = { _: { "#": soul, ">": {} } };
      length = 0;
      keys = 0;
    }
    keys += 1;
    part[key] = value;
    part._[">"][key] = state;
    length += value.length + key.length * 2 + 16;
  }
  if (length > 0) yield part;
}
