import { expect, test } from "vitest";
import { type DialRooms, dial } from "../../src/connecting/dial.ts";
import { Doorman } from "../../src/connecting/doorman.ts";
import { LocalDoor } from "../../src/door/door.ts";
import { answerTurns, doorPolicy } from "../../src/door/door-policy.ts";
import { SwarmError } from "../../src/errors/index.ts";
import type { Link, LinkFactory } from "../../src/messaging/link.ts";
import type { CloseReason, Connection } from "../../src/ports/transport.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

const capabilities = { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 };

/** Somebody at the door, who can hang up. @param slow its medium does not close in this test's time */
function guest(remote: string, slow = false) {
  const { promise: closed, resolve: hangUp } = Promise.withResolvers<CloseReason>();
  const connection: Connection = {
    ...{ transport: "tcp", road: "tcp", remote, capabilities, bufferedBytes: 0, closed },
    send: () => true,
    drained: async () => {},
    read: () => {},
    close: async () => {
      if (!slow) hangUp({ by: "local", detail: "closed" });
    },
  };
  return { connection, hangUp: () => hangUp({ by: "lost", detail: "gone" }) };
}

function linkOf(connection: Connection, peer: string): Link {
  const base = { peer, instance: { epoch: 1, nonce: "00" }, origin: { epoch: 1, nonce: "00" } };
  const { closed, send, drained, read, close } = connection;
  return {
    ...{ ...base, card: new Uint8Array(), initiator: false, connection, maxFrameBytes: 65_000 },
    ...{ closed, send, drained, read, close },
  };
}

/** A doorman whose guests say their first word at once, and of whose handshakes the test decides. */
function stage() {
  const clock = new HandClock();
  const events = new EventEmitter();
  const door = new LocalDoor({ clock, events });
  /** When each was answered, by where it came from. */
  const answered = new Map<string, number>();
  const failures = new Map<string, (error: unknown) => void>();
  const links: LinkFactory = {
    establish: async (connection, { onGreeted }) => {
      const { promise, reject } = Promise.withResolvers<never>();
      failures.set(connection.remote, reject);
      await Promise.race([onGreeted?.(), promise]);
      answered.set(connection.remote, clock.now());
      return linkOf(connection, `peer of ${connection.remote}`);
    },
  };
  const book = { roomy: true, add: () => {} };
  const random = { float: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
  const doorman = new Doorman({ clock, random, events, door, book: book as never, links, record: () => {} });
  return { clock, door, doorman, links, answered, fail: (remote: string) => failures.get(remote) };
}

test("whoever hangs up while it waits takes no turn from those behind it", async () => {
  const { clock, doorman, answered } = stage();
  const [first, second, third] = [guest("10.0.0.1:1"), guest("10.0.1.1:1"), guest("10.0.2.1:1")];
  for (const { connection } of [first, second, third]) doorman.admit(connection);
  await clock.advance(0);
  second.hangUp();
  await clock.advance(0);
  expect(doorman.pending).toBe(1);
  await clock.advance(1_000);
  expect([...answered]).toEqual([
    ["10.0.0.1:1", 0],
    ["10.0.2.1:1", answerTurns.gapMs],
  ]);
  expect([doorman.pending, clock.pending]).toEqual([0, 0]);
});

test("nor does one whose handshake failed meanwhile, though its medium is slow to close", async () => {
  const { clock, doorman, answered, fail } = stage();
  for (const remote of ["10.0.0.1:1", "10.0.1.1:1", "10.0.2.1:1"]) doorman.admit(guest(remote, true).connection);
  await clock.advance(0);
  fail("10.0.1.1:1")?.(new SwarmError("HANDSHAKE_FAILED", "said nonsense behind its first word"));
  await clock.advance(1_000);
  expect([...answered]).toEqual([
    ["10.0.0.1:1", 0],
    ["10.0.2.1:1", answerTurns.gapMs],
  ]);
  expect([doorman.pending, clock.pending]).toEqual([0, 0]);
});

test("a finished handshake of one who came in is given back to the rates; a dial of our own is not", async () => {
  const { clock, door, doorman, links } = stage();
  const crowd = (count: number) => {
    for (let i = 0; i < count; i++)
      door.admit({ transport: "tcp", remote: `10.${i >> 8}.${i & 255}.1:1`, capabilities });
  };
  crowd(doorPolicy.handshakes.node.capacity);
  const honest = { transport: "tcp", remote: "172.16.0.1:1", capabilities };
  // Our own dials to that range: they took nothing, and open the door to nobody.
  const rooms: DialRooms = { links, clock, door };
  for (let times = 0; times < 3; times++) {
    const { connection } = guest(honest.remote);
    const way = { peer: "peer", transport: "tcp", road: "tcp", connected: false };
    const transport = { connect: async () => connection };
    const dialled = await dial(
      { way, transport: transport as never, target: { addresses: [] } },
      rooms,
      new AbortController().signal,
    );
    expect(dialled.kind).toBe("connected");
  }
  expect(door.admit(honest)?.code).toBe("DOOR_BUSY");
  // Who comes back gets in, and when its handshake is finished, so does the next of its range, past the crowd.
  await clock.advance(100);
  crowd(100);
  doorman.admit(guest("172.16.0.1:1").connection);
  await clock.advance(0);
  crowd(100);
  expect(door.admit(honest)).toBeUndefined();
  expect(door.admit(honest)?.code).toBe("DOOR_BUSY");
});
