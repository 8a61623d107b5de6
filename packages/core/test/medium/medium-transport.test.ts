import { expect, test } from "vitest";
import { type Connection, ephemeralIdentity, type Sighting, SwarmError } from "../../src/index.ts";
import { type Medium, type MediumEars, MediumTransport } from "../../src/medium/index.ts";
import { encodeLinkMessage } from "../../src/medium/link-message.ts";
import { HandClock } from "../hand-clock.ts";

const { signal } = new AbortController();
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)), float: () => 0.5 };

/** A bus whose messages arrive within `say`: the hardest order. */
class Bus {
  readonly ears = new Map<string, MediumEars>();
  readonly said: Uint8Array[] = [];

  medium(name: string): Medium {
    return {
      id: "bus",
      capabilities: { direct: true, maxFrameBytes: 1_024, latencyClassMs: 1 },
      open: (ears) => {
        this.ears.set(name, ears);
        return {
          name,
          say: (to, bytes) => {
            const other = this.ears.get(to);
            if (other === undefined) throw new Error("nobody");
            this.said.push(bytes);
            other.hear(bytes, name);
          },
          shout: (bytes) => {
            for (const [to, other] of this.ears) if (to !== name) other.hear(bytes, name);
          },
          close: () => void this.ears.delete(name),
        };
      },
    };
  }
}

async function place(o: { readonly maxLinks?: number } = {}) {
  const [bus, clock] = [new Bus(), new HandClock()];
  const accepted: Connection[] = [];
  const [alice, bob] = ["alice", "bob"].map((name) => new MediumTransport(bus.medium(name), { clock, random, ...o }));
  if (alice === undefined || bob === undefined) throw new Error("two were made");
  await alice.open(() => undefined, { signal });
  await bob.open((connection) => accepted.push(connection), { signal });
  const call = (value: string) => alice.connect({ addresses: [{ transport: "bus", value }] }, "medium", { signal });
  return { bus, clock, alice, bob, accepted, call };
}

test("a frame that comes within the answer to a dial is not lost", async () => {
  const { bus, clock } = await place();
  const carol = new MediumTransport(bus.medium("carol"), { clock, random });
  await carol.open((connection) => void connection.send(Uint8Array.of(7)), { signal });
  const dan = new MediumTransport(bus.medium("dan"), { clock, random });
  await dan.open(() => undefined, { signal });
  const connection = await dan.connect({ addresses: carol.addresses() }, "medium", { signal });
  const heard = new Promise<Uint8Array>((resolve) => connection.read(resolve));
  expect(await heard).toEqual(Uint8Array.of(7));
});

test("who is not there is absent; who does not answer fails the dial, after its time", async () => {
  const { bus, clock, call } = await place();
  await expect(call("nobody")).rejects.toMatchObject({ code: "PEER_ABSENT" });
  bus.ears.set("deaf", { hear: () => undefined, lost: () => undefined });
  const dial = call("deaf");
  clock.advance(3_000);
  await expect(dial).rejects.toMatchObject({ code: "DIAL_FAILED" });
});

test("a name that is lost ends what was open to it, at once", async () => {
  const { bus, call } = await place();
  const connection = await call("bob");
  bus.ears.get("alice")?.lost("bob");
  expect(await connection.closed).toMatchObject({ by: "lost" });
  expect(() => connection.send(new Uint8Array(1))).toThrow(SwarmError);
});

test("no more links than the cap, and each that goes makes room", async () => {
  const { call, accepted } = await place({ maxLinks: 2 });
  const first = await call("bob");
  await call("bob");
  await expect(call("bob")).rejects.toMatchObject({ code: "DIAL_FAILED" });
  await first.close();
  await accepted[0]?.closed;
  await expect(call("bob")).resolves.toBeDefined();
});

test("a sender that does not wait for who reads is cut off", async () => {
  const { call, accepted } = await place();
  const connection = await call("bob");
  const frame = new Uint8Array(1_024);
  expect(() => {
    for (let at = 0; at < 10_000; at += 1) connection.send(frame);
  }).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  expect(await accepted[0]?.closed).toMatchObject({ by: "protocol" });
});

test("nobody can take, close or fill a link of others", async () => {
  const { bus, call, accepted } = await place();
  const connection = await call("bob");
  const frames: Uint8Array[] = [];
  accepted[0]?.read((frame) => frames.push(frame));
  const dialled = bus.said.find((bytes) => bytes[0] === 0) ?? new Uint8Array(9);
  const number = new DataView(dialled.buffer).getBigUint64(1);
  for (const byDialler of [true, false])
    for (const message of [
      { kind: "close" as const, link: { number, byDialler }, detail: "mine" },
      { kind: "frame" as const, link: { number, byDialler }, frame: Uint8Array.of(1) },
    ])
      for (const name of ["alice", "bob"]) bus.ears.get(name)?.hear(encodeLinkMessage(message), "mallory");
  connection.send(Uint8Array.of(2));
  await Promise.resolve();
  expect(frames).toEqual([Uint8Array.of(2)]);
});

test("a take that nobody asked for makes no link", async () => {
  const { bus, alice } = await place();
  const take = encodeLinkMessage({ kind: "take", link: { number: 5n, byDialler: false } });
  bus.ears.get("alice")?.hear(take, "mallory");
  bus.ears.set("mallory", { hear: () => undefined, lost: () => undefined });
  const said = bus.said.length;
  await alice.close();
  expect(bus.said.length).toBe(said);
});

test("who looks sees who is announced, and who comes; nobody else", async () => {
  const { alice, bob } = await place();
  const { id } = await ephemeralIdentity();
  const stop = new AbortController();
  void bob.announce({ peer: id, addresses: bob.addresses() }, { signal: stop.signal });
  const sightings: Sighting[] = [];
  for await (const sighting of alice.discover({ signal: stop.signal })) {
    sightings.push(sighting);
    stop.abort();
  }
  expect(sightings).toEqual([{ peer: id, addresses: [{ transport: "bus", value: "bob" }], source: "bus" }]);
});
