import { type Connection, codeOf as codeOfError, systemClock, systemRandom, type Transport } from "@swarm-space/core";

export const clock = systemClock();
export const random = systemRandom();

/** A signal that is never given. */
export const never = new AbortController().signal;

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** A name of the form of a peer id. */
export function peerId(): string {
  return `${Array.from(random.bytes(51), (byte) => alphabet.charAt(byte & 31)).join("")}a`;
}

/** A transport with what came in to it. */
export interface TransportEnd<Kind extends Transport> {
  readonly id: string;
  readonly transport: Kind;
  readonly inbound: Connection[];
  /** The next inbound connection. */
  accepted(): Promise<Connection>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function endOf<Kind extends Transport>(id: string, transport: Kind): TransportEnd<Kind> {
  const inbound: Connection[] = [];
  const waiting: ((connection: Connection) => void)[] = [];
  const accept = (connection: Connection) => {
    const taker = waiting.shift();
    if (taker) taker(connection);
    else inbound.push(connection);
  };
  return {
    id,
    transport,
    inbound,
    accepted: async () => inbound.shift() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve))),
    open: () => transport.open(accept, { signal: never }),
    close: () => transport.close({ signal: never }),
  };
}

/** Dials `to` and gives both ends. */
export async function join(
  from: TransportEnd<Transport>,
  to: TransportEnd<Transport>,
  road: string,
): Promise<readonly [Connection, Connection]> {
  const other = to.accepted();
  const addresses = to.transport.addresses();
  const one = await from.transport.connect({ peer: to.id, addresses }, road, { signal: never });
  return [one, await other];
}

/** Opens and closes two again and again, each of it twice, and sends a frame in between. */
export async function openAndCloseAgain(
  a: TransportEnd<Transport>,
  b: TransportEnd<Transport>,
  road: string,
  afterCycle: (one: Connection, other: Connection) => Promise<void>,
): Promise<void> {
  for (let cycle = 0; cycle < 10; cycle += 1) {
    await Promise.all([a.open(), b.open(), a.open()]);
    const [one, other] = await join(a, b, road);
    const got = collect(other);
    one.send(new TextEncoder().encode(`cycle ${cycle}`));
    await got.until(1);
    await Promise.all([a.close(), b.close(), b.close()]);
    await afterCycle(one, other);
  }
}

/** Begins to open, and calls it off in the next turn of the loop. */
export function openCalledOff(transport: Transport): { readonly opening: Promise<void>; readonly reason: Error } {
  const reason = new Error("called off");
  const abort = new AbortController();
  const opening = transport.open(() => undefined, { signal: abort.signal });
  setImmediate(() => abort.abort(reason));
  return { opening, reason };
}

/** Frames that a connection receives, and a promise of their count. */
export function collect(connection: Connection): { readonly texts: string[]; until(count: number): Promise<void> } {
  const texts: string[] = [];
  let wake = () => {};
  connection.read((frame) => {
    texts.push(new TextDecoder().decode(frame));
    wake();
  });
  return {
    texts,
    until: (count) =>
      new Promise((resolve) => {
        wake = () => texts.length >= count && resolve();
        wake();
      }),
  };
}

export async function sendAll(connection: Connection, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    if (!connection.send(new TextEncoder().encode(text))) await connection.drained({ signal: never });
  }
}

/** As `sendAll`, each frame in a turn of its own and so in a packet of its own. */
export async function sendEach(connection: Connection, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await sendAll(connection, [text]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sends a thousand numbered frames each way. Resolves to what came, at each end. */
export async function sendBothWays(one: Connection, other: Connection) {
  const [atOne, atOther] = [collect(one), collect(other)];
  await Promise.all([sendAll(one, numbered("to b", 1_000)), sendAll(other, numbered("to a", 1_000))]);
  await Promise.all([atOne.until(1_000), atOther.until(1_000)]);
  return { atOne: atOne.texts, atOther: atOther.texts };
}

/** Resolves when the transport is in one of the states. */
export function untilState({ transport }: TransportEnd<Transport>, ...states: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    if (states.includes(transport.state)) return resolve();
    const undo = transport.onState((state) => {
      if (!states.includes(state)) return;
      undo();
      resolve();
    });
  });
}

export function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}

/** The code that a promise rejects with; what it says, where it has none. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return codeOfError(error, String(error));
  }
}
