/**
 * Bugs that somebody might write into the kernel, as patches of the shipped classes. Each must turn the simulation red.
 * `load` finds a file, so that a test can plant them in the sources and the command in what was built.
 */
export interface Plant {
  readonly name: string;
  /** Plants it. @returns the undo */
  plant(load: LoadKernel): Promise<() => void>;
}

/** Imports a file of the kernel by its path without ending: "core/messaging/outbox". */
// biome-ignore lint/suspicious/noExplicitAny: a plant reaches into classes that have no public face
export type LoadKernel = (path: string) => Promise<any>;

// biome-ignore lint/suspicious/noExplicitAny: as above
type Anything = any;

/** Replaces a method, or a getter, of a class; the new one is given the old. */
export function patched(path: string, name: string, member: string, make: (old: Anything) => Anything): Plant["plant"] {
  return async (load) => {
    const { prototype } = (await load(path))[name];
    const before = Object.getOwnPropertyDescriptor(prototype, member);
    if (before === undefined) throw new Error(`${name} has no ${member}: the plant is out of date`);
    const isGetter = before.get !== undefined;
    const changed = make(isGetter ? before.get : before.value);
    Object.defineProperty(prototype, member, isGetter ? { ...before, get: changed } : { ...before, value: changed });
    return () => void Object.defineProperty(prototype, member, before);
  };
}

/** Items of one kind never leave. */
function unsaid(kind: number): Plant["plant"] {
  return patched(
    "core/messaging/session",
    "Session",
    "control",
    (old) =>
      function (this: Anything, item: Anything) {
        if (item[0] !== kind) old.call(this, item);
      },
  );
}

export const plants: readonly Plant[] = Object.freeze([
  {
    name: "acknowledged before the inbox",
    plant: patched(
      "core/messaging/letter-desk",
      "LetterDesk",
      "take",
      (old) =>
        function (this: Anything, source: Anything, item: Anything) {
          source.handled(item[1]);
          return old.call(this, source, item);
        },
    ),
  },
  {
    name: "done before the handler",
    plant: patched(
      "core/messaging/dispatcher",
      "Dispatcher",
      "offer",
      (old) =>
        function (this: Anything, delivery: Anything) {
          delivery.done(undefined, []);
          return old.call(this, { ...delivery, done: () => undefined });
        },
    ),
  },
  {
    name: "window off by one",
    plant: patched(
      "core/messaging/receive-window",
      "ReceiveWindow",
      "advance",
      (old) =>
        function (this: Anything, base: number) {
          old.call(this, base + 1);
        },
    ),
  },
  {
    name: "dropped on failover",
    plant: patched("core/messaging/outbox", "Outbox", "linkClosed", () => () => undefined),
  },
  {
    name: "released twice",
    plant: patched(
      "core/messaging/order-desk",
      "OrderDesk",
      "hold",
      (old) =>
        function (this: Anything, peer: string, instance: string, channel: string, order: number, letter: Anything) {
          const twice = () => {
            letter.run();
            letter.run();
          };
          old.call(this, peer, instance, channel, order, { ...letter, run: twice });
        },
    ),
  },
  {
    name: "order ignored",
    plant: patched("core/messaging/order-desk", "OrderDesk", "turn", () => () => "now"),
  },
  {
    name: "ledger forgets",
    plant: patched(
      "core/messaging/ledger",
      "Ledger",
      "window",
      (old) =>
        function (this: Anything, peer: string, origin: string) {
          const window = old.call(this, peer, origin);
          for (let seq = window.base; seq < window.base + 64; seq++) window.release(seq);
          return window;
        },
    ),
  },
  {
    name: "doubles not noticed",
    plant: patched(
      "core/messaging/receive-window",
      "ReceiveWindow",
      "state",
      (old) =>
        function (this: Anything, seq: number) {
          const state = old.call(this, seq);
          return state === "handled" ? "new" : state;
        },
    ),
  },
  {
    name: "base declared too high",
    plant: patched(
      "core/messaging/correspondent",
      "Correspondent",
      "declaredBase",
      (old) =>
        function (this: Anything) {
          const base = old.call(this);
          return this.letters.has(base) ? base + 1 : base;
        },
    ),
  },
  {
    name: "time to live ignored",
    plant: patched(
      "core/messaging/correspondent",
      "Correspondent",
      "write",
      (old) =>
        function (this: Anything, draft: Anything, now: number, settle: Anything) {
          return old.call(this, { ...draft, ttlMs: Math.max(draft.ttlMs, 86_400_000) }, now, settle);
        },
    ),
  },
  {
    name: "sent again under a new sequence",
    plant: patched(
      "core/messaging/out-letter",
      "OutLetter",
      "item",
      (old) =>
        function (this: Anything) {
          const [kind, seq, ...rest] = old.call(this);
          return [kind, this.attempts > 1 ? seq + 1_000 : seq, ...rest];
        },
    ),
  },
  {
    name: "outbox not written down",
    plant: patched("core/messaging/journal/write-behind", "WriteBehind", "put", () => () => undefined),
  },
  {
    name: "never asked what became of accepted letters",
    plant: unsaid(6),
  },
  {
    name: "never said what is not to be waited for",
    plant: unsaid(11),
  },
  {
    name: "place given up though a link brought it",
    plant: patched(
      "core/messaging/out-letter",
      "OutLetter",
      "relayed",
      () =>
        function (this: Anything) {
          this.placeless = true;
          this.leave();
        },
    ),
  },
  {
    name: "not left again after a mailbox forgot",
    plant: patched("core/mail/mail-out", "MailOut", "depositAgain", () => () => undefined),
  },
  {
    name: "breaker off",
    plant: patched("resilience/breaker-guard", "BreakerGuard", "admit", () => () => ({ release: () => undefined })),
  },
  {
    name: "mailbox takes no notice of what was seen",
    plant: patched(
      "core/messaging/ledger",
      "Ledger",
      "mailWindow",
      (old) =>
        function (this: Anything, peer: string, origin: string, ...rest: Anything[]) {
          const window = old.call(this, peer, origin, ...rest);
          if (window !== undefined) for (let seq = window.base; seq < window.base + 64; seq++) window.release(seq);
          return window;
        },
    ),
  },
]);
