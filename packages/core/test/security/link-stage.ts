import type { CloseReason, Connection } from "../../src/index.ts";
import type { Link } from "../../src/messaging/link.ts";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { recentKeyVerdicts, strictVerifier } from "../../src/security/ed25519-strict.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { type SecureSelf, secureLinkFactory } from "../../src/security/secure-link.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";

/** Where a frame is going. */
export type Direction = "there" | "back";
/** What the one in the middle makes of a frame: any frames at all. `index` counts each direction's frames from 0. */
export type Middle = (frame: Uint8Array, direction: Direction, index: number) => readonly Uint8Array[];

export const honest: Middle = (frame) => [frame];

/** Flips one bit of a byte of one frame. */
export const flip =
  (where: Direction, which: number, byte: number): Middle =>
  (frame, direction, index) => {
    if (direction !== where || index !== which) return [frame];
    const copy = Uint8Array.from(frame);
    copy[byte] = (copy[byte] ?? 0) ^ 1;
    return [copy];
  };

export interface End extends Connection {
  readonly sent: Uint8Array[];
  take(frame: Uint8Array): void;
  end(reason: CloseReason): void;
}

/** Two connection ends with somebody in between. Frames and ends arrive in order, each in a turn of its own. */
export function connectionPair(
  middle: Middle = honest,
  bindings: readonly (Uint8Array | undefined)[] = [],
): readonly [End, End] {
  const near: End = connectionEnd(
    (frame, index) => middle(frame, "there", index),
    () => far,
    bindings[0],
  );
  const far: End = connectionEnd(
    (frame, index) => middle(frame, "back", index),
    () => near,
    bindings[1],
  );
  return [near, far];
}

function connectionEnd(
  pass: (frame: Uint8Array, index: number) => readonly Uint8Array[],
  other: () => End,
  binding: Uint8Array | undefined,
): End {
  const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
  const early: Uint8Array[] = [];
  const sent: Uint8Array[] = [];
  let reader: ((frame: Uint8Array) => void) | undefined;
  let over = false;
  const end = (reason: CloseReason): void => {
    over = true;
    resolve(reason);
  };
  return {
    transport: "test",
    road: "direct",
    remote: "here",
    capabilities: { direct: true, maxFrameBytes: 65_560, latencyClassMs: 1 },
    bufferedBytes: 0,
    ...(binding === undefined ? {} : { binding }),
    closed,
    sent,
    take: (frame) => {
      if (over) return;
      if (reader) reader(frame);
      else early.push(frame);
    },
    end,
    send(frame) {
      const index = sent.push(frame) - 1;
      for (const each of pass(frame, index)) queueMicrotask(() => other().take(each));
      return true;
    },
    drained: async () => undefined,
    read(onFrame) {
      reader = onFrame;
      for (const frame of early.splice(0)) queueMicrotask(() => onFrame(frame));
    },
    async close(detail = "closed") {
      if (over) return;
      end({ by: "local", detail });
      queueMicrotask(() => other().end({ by: "remote", detail }));
    },
  };
}

const suite = nodeCryptoSuite();
const verifier = strictVerifier(nodeEd25519(), recentKeyVerdicts(16));

/** One who makes links, with the key of this number. */
export function person(number: number, o: Partial<SecureSelf> = {}) {
  const identity = identityFromSecret(new Uint8Array(32).fill(number));
  const instance = { epoch: number, nonce: number.toString(16).padStart(16, "0") };
  const events = new EventEmitter();
  const rejected: string[] = [];
  events.on("frame:rejected", ({ code }) => rejected.push(code));
  const self: SecureSelf = {
    network: "net",
    identity,
    instance: () => instance,
    origin: () => instance,
    card: () => new Uint8Array(),
    suite,
    verifier,
    clock: { now: () => 0, wall: () => 0, timer: () => ({ [Symbol.dispose]: () => undefined }) },
    events,
    ...o,
  };
  return { id: identity.id, rejected, factory: secureLinkFactory(self) };
}

export type Person = ReturnType<typeof person>;
/** What came of one side's handshake: a link, or the code of the refusal. */
export type Outcome = Link | string;

/** Both sides' handshake. A side that hears nothing more is aborted once the other is done. */
export async function shake(
  alice: Person,
  bob: Person,
  [near, far]: readonly [End, End],
  expect = bob.id,
): Promise<[Outcome, Outcome]> {
  const abort = new AbortController();
  const { signal } = abort;
  const sides = [
    outcome(alice.factory.establish(near, { signal, initiator: true, expect })),
    outcome(bob.factory.establish(far, { signal, initiator: false })),
  ] as const;
  const late = setTimeout(() => abort.abort(Object.assign(new Error("late"), { code: "ABORTED" })), 2_000);
  const both = await Promise.all(sides);
  clearTimeout(late);
  return both;
}

export async function outcome(link: Promise<Link>): Promise<Outcome> {
  try {
    return await link;
  } catch (error) {
    return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
  }
}

/** The link that must have come of it. */
export function linkOf(outcome: Outcome): Link {
  if (typeof outcome === "string") throw new Error(`no link: ${outcome}`);
  return outcome;
}
