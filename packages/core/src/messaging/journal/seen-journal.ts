import { decode, encode } from "cborg";
import type { Clock } from "../../ports/clock.ts";
import type { PeerId } from "../../ports/identity.ts";
import type { Store, StoreOperation } from "../../ports/store.ts";
import { isPeerId } from "../../security/peer-id.ts";
import { windowLetters } from "../limits.ts";
import { isInstanceKey } from "../link.ts";
import type { Failure } from "../receive-window.ts";
import { WriteBehind } from "./write-behind.ts";

/** What is kept of one sender's sequence. */
export interface KeptWindow {
  readonly peer: PeerId;
  readonly origin: string;
  readonly base: number;
  /** Wall milliseconds until which mail for it can come again; 0: none was taken. */
  readonly mailUntil: number;
  readonly states: readonly (readonly [seq: number, state: "begun" | "handled" | Failure])[];
}

/** What of "seen" outlives the process. Undefined answers: nothing is kept, go on in this turn. */
export interface SeenJournal {
  load(): Promise<readonly KeptWindow[]>;
  /** Before a handler runs. Resolves when a crash could not lose it. */
  begin(peer: PeerId, origin: string, seq: number): Promise<void> | undefined;
  /** After a handler ran, with what it wrote, in one durable batch. */
  done(
    peer: PeerId,
    origin: string,
    seq: number,
    failure: Failure | undefined,
    writes: readonly StoreOperation[],
  ): Promise<void> | undefined;
  /** The sender settled everything below `base`. */
  advance(peer: PeerId, origin: string, from: number, base: number): void;
  /** Mail was taken for the window that can come again until then, in wall milliseconds. Written before what is begun after it. */
  mail(peer: PeerId, origin: string, until: number): void;
  /** The window is no longer remembered. */
  drop(peer: PeerId, origin: string, base: number): void;
  flush(): Promise<void>;
}

/** Without a durable store "seen" ends with the process. */
export function forgetfulSeen(): SeenJournal {
  return {
    load: async () => [],
    begin: () => undefined,
    done: () => undefined,
    advance: () => {},
    mail: () => {},
    drop: () => {},
    flush: async () => {},
  };
}

const namespace = "ledger";
const begunValue = encode(1);
const handledValue = encode(2);

/** Keeps `begun` and `done` of every letter within its window in `store`. */
export function storedSeen(store: Store, clock: Clock, onFailed: (error: unknown) => void): SeenJournal {
  const behind = new WriteBehind(store, clock, namespace, onFailed);
  const deleteMarks = (peer: PeerId, origin: string, from: number, to: number) => {
    const end = Math.min(to, from + windowLetters);
    for (let seq = from; seq < end; seq++) behind.delete(markKey(peer, origin, seq));
  };
  return {
    async load() {
      const windows = new Map<
        string,
        Omit<KeptWindow, "base" | "mailUntil" | "states"> & {
          base: number;
          mailUntil: number;
          states: (readonly [number, "begun" | "handled" | Failure])[];
        }
      >();
      for await (const [key, value] of store.namespace(namespace).range()) {
        const [peer = "", origin = "", field = "", digits = ""] = key.split("/");
        if (!isPeerId(peer) || !isInstanceKey(origin)) continue;
        behind.found(key);
        const id = `${peer}/${origin}`;
        const window = windows.get(id) ?? { peer, origin, base: 1, mailUntil: 0, states: [] };
        windows.set(id, window);
        const content = read(value);
        if (field === "base" && isSequence(content)) window.base = content;
        if (field === "mail" && isSequence(content)) window.mailUntil = content;
        if (field !== "s") continue;
        const seq = Number.parseInt(digits, 10);
        const state = stateOf(content);
        // The base stands before the marks. What its sender settled meanwhile, or nobody can read, is not kept on.
        if (state === undefined || !isSequence(seq) || seq < window.base) behind.delete(key);
        else window.states.push([seq, state]);
      }
      return [...windows.values()];
    },
    begin(peer, origin, seq) {
      const key = markKey(peer, origin, seq);
      behind.found(key);
      return store.batch([{ type: "put", namespace, key, value: begunValue }], { durable: false });
    },
    done(peer, origin, seq, failure, writes) {
      const key = markKey(peer, origin, seq);
      behind.found(key);
      const value = failure === undefined ? handledValue : encode([failure.code, failure.text]);
      const effects = failure === undefined ? writes : [];
      return store.batch([...effects, { type: "put", namespace, key, value }], { durable: true });
    },
    advance(peer, origin, from, base) {
      behind.put(`${peer}/${origin}/base`, encode(base));
      deleteMarks(peer, origin, from, base);
    },
    mail(peer, origin, until) {
      behind.put(`${peer}/${origin}/mail`, encode(until));
      // A crash must not leave the letter's mark without it.
      void behind.flush();
    },
    drop(peer, origin, base) {
      behind.delete(`${peer}/${origin}/base`);
      behind.delete(`${peer}/${origin}/mail`);
      deleteMarks(peer, origin, base, base + windowLetters);
    },
    flush: () => behind.flush(),
  };
}

function markKey(peer: PeerId, origin: string, seq: number): string {
  return `${peer}/${origin}/s/${String(seq).padStart(16, "0")}`;
}

function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function stateOf(content: unknown): "begun" | "handled" | Failure | undefined {
  if (content === 1) return "begun";
  if (content === 2) return "handled";
  if (!Array.isArray(content)) return undefined;
  const [code, text] = content;
  return typeof code === "string" && typeof text === "string" ? { code, text } : undefined;
}

function read(value: Uint8Array): unknown {
  try {
    return decode(value);
  } catch {
    return undefined;
  }
}
