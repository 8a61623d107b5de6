import type { Clock, Connection, Transport } from "@swarm-space/core";

/** What a flaw changes. What is left out is the sound transport's. Each is handed the sound one. */
export interface Alteration {
  readonly transport?: (sound: Transport) => Partial<Transport>;
  readonly connection?: (sound: Connection, transport: Transport) => Partial<Connection>;
}

/** A transport that breaks one promise, and the check that must tell. */
export interface FlawedTransport {
  /** What it does, as "loses every 50th frame". */
  readonly flaw: string;
  /** The promise whose check goes red. */
  readonly caughtBy: string;
  /** Called once for the transports of one check; what it returns spoils each of them. */
  spoil(o: { readonly clock: Clock }): Alteration;
}

/** The sound transport with changes. */
export function alterTransport(sound: Transport, { transport, connection }: Alteration): Transport {
  const wrap = (inner: Connection): Connection => {
    if (connection === undefined) return inner;
    return overlay(() => connectionLike(inner), connection(connectionLike(inner), sound));
  };
  const build = (): Transport => ({
    id: sound.id,
    get state() {
      return sound.state;
    },
    get lastError() {
      return sound.lastError;
    },
    open: (accept, o) => sound.open((inner) => accept(wrap(inner)), o),
    roadsTo: (target) => sound.roadsTo(target),
    connect: async (target, road, o) => wrap(await sound.connect(target, road, o)),
    close: (o) => sound.close(o),
    onState: (listener) => sound.onState(listener),
    addresses: () => sound.addresses(),
  });
  return transport === undefined ? build() : overlay(build, transport(build()));
}

function connectionLike(sound: Connection): Connection {
  return {
    transport: sound.transport,
    road: sound.road,
    capabilities: sound.capabilities,
    remote: sound.remote,
    ...(sound.rendezvous === undefined ? {} : { rendezvous: sound.rendezvous }),
    ...(sound.binding === undefined ? {} : { binding: sound.binding }),
    ...(sound.onInterrupted && { onInterrupted: sound.onInterrupted.bind(sound) }),
    closed: sound.closed,
    get bufferedBytes() {
      return sound.bufferedBytes;
    },
    send: (frame) => sound.send(frame),
    drained: (o) => sound.drained(o),
    read: (onFrame) => sound.read(onFrame),
    close: (reason) => sound.close(reason),
  };
}

/** A fresh one with changes; getters stay getters. */
export function overlay<Whole extends object>(build: () => Whole, changes: Partial<Whole>): Whole {
  return Object.defineProperties(build(), Object.getOwnPropertyDescriptors(changes));
}

/** Never settles. */
export function never<Value>(): Promise<Value> {
  return new Promise(() => undefined);
}

/** Resolves after so many milliseconds of the clock. */
export function after(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(ms, resolve));
}
