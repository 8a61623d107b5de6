/** A medium that is away and may come back: a relay whose socket broke, and which is dialled again. */
import { ports, replaceRoom, roomPorts, type Swarm, use } from "@swarm-space/core";
import { expect, test } from "vitest";
import * as z from "zod";
import { heard, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "notes", schema: z.string() };
/** Issue 4: failover on an error. */
const mostMs = 100;

type NodeOptions = Parameters<Stage["node"]>[2];

interface Place {
  readonly stage: Stage;
  readonly offices: readonly CourierOffice[];
  readonly a: Swarm;
  readonly b: Swarm;
  readonly got: string[];
  send(text: string): Promise<{ readonly transport: string; readonly elapsedMs: number }>;
}

/** Two nodes, each with a rider of each office; the first one dials. */
async function place(ids: readonly string[], o: NodeOptions = {}): Promise<Place> {
  const stage = new Stage();
  const offices = ids.map(() => new CourierOffice());
  const riders = (sees?: () => boolean) =>
    offices.map((office, at) => use(courierPlugin({ id: ids[at] ?? "", office, ...(sees && { sees }) })));
  const a = await stage.node("a", riders(), o);
  const b = await stage.node(
    "b",
    riders(() => false),
    o,
  );
  const got: string[] = [];
  b.channel(channel).onMessage((text) => void got.push(text));
  const lane = a.channel(channel);
  const send = async (text: string) => {
    const { transport, elapsedMs } = await lane.send(b.id, text, { ttlMs: 30_000 });
    return { transport, elapsedMs };
  };
  return { stage, offices, a, b, got, send };
}

/** The same, once letters go by the first office and the second stands by. */
async function twoWays(): Promise<Place & { readonly first: CourierOffice }> {
  const made = await place(["first", "second"]);
  const { stage, a, b, offices, send } = made;
  await stage.start();
  await stage.eventually(() => reaches(a, b, "first", "second"), "two ways");
  // What lost a glare is closed meanwhile.
  await stage.clock.advance(5_000);
  const { transport } = await stage.until(send("before"));
  const first = offices[transport === "first" ? 0 : 1];
  if (first === undefined) throw new Error("two offices");
  return { ...made, first };
}

const dialsOf = (offices: readonly CourierOffice[]) => offices.reduce((sum, { dials }) => sum + dials.length, 0);

test("letters that a broken relay holds, and those written then, take the standby within 100 ms; nobody is dialled, and none comes twice", async () => {
  const { stage, a, got, send, offices, first } = await twoWays();
  await using _stage = stage;
  const [retried, closed] = [heard(a, "letter:retry"), heard(a, "connection:close")];
  const dials = dialsOf(offices);
  const heal = first.interrupt();
  const underWay = send("under way");
  const [one, other] = await stage.until(Promise.all([underWay, send("at once")]));
  await stage.clock.advance(20);
  const later = await stage.until(send("a little later"));
  for (const { elapsedMs } of [one, other, later]) expect(elapsedMs).toBeLessThanOrEqual(mostMs);
  expect(retried.map(({ reason }) => reason)).toEqual(["interrupted"]);
  heal();
  await stage.clock.advance(3_000);
  await stage.until(send("after"));
  expect(got).toEqual(["before", "under way", "at once", "a little later", "after"]);
  expect([closed, dialsOf(offices) - dials]).toEqual([[], 0]);
});

test("ablation: a kernel that does not listen for it finds out by silence, and later", async () => {
  const { stage, a, send, first } = await twoWays();
  await using _stage = stage;
  a.get(roomPorts.linkWatch).interrupted = () => {};
  const retried = heard(a, "letter:retry");
  first.interrupt();
  const { elapsedMs } = await stage.until(send("under way"));
  expect(elapsedMs).toBeGreaterThan(mostMs);
  expect(retried.map(({ reason }) => reason)).not.toContain("interrupted");
});

test("a relay that is alone and back at once costs nothing: no dial, no lost session, no letter sent again", async () => {
  const { stage, offices, a, b, got, send } = await place(["only"]);
  await using _stage = stage;
  await stage.start();
  await stage.eventually(() => reaches(a, b, "only"), "a way");
  await stage.until(send("before"));
  await stage.clock.advance(2_000);
  const [retried, closed] = [heard(a, "letter:retry"), heard(a, "connection:close")];
  const dials = dialsOf(offices);
  const heal = offices[0]?.interrupt();
  const sent = send("meanwhile");
  await stage.clock.advance(150);
  heal?.();
  await stage.until(sent);
  expect([retried, closed, dialsOf(offices) - dials]).toEqual([[], [], 0]);
  expect(got).toEqual(["before", "meanwhile"]);
});

async function fromTheOnlyWay(watchIsDeaf: boolean): Promise<number> {
  const guard = replaceRoom(ports.guard, () => ({ admit: () => ({ release: () => {} }), record: () => {} }));
  const made = await place(["first", "second"], { replace: [guard] });
  const { stage, offices, a, b, send } = made;
  await using _stage = stage;
  const [first, second] = offices;
  if (!first || !second) throw new Error("two offices");
  second.tricks = { dial: "refuse" };
  await stage.start();
  await stage.eventually(() => reaches(a, b, "first"), "a way");
  await stage.until(send("before"));
  await stage.clock.advance(3_000);
  // A standby is dialled calmly: after this time not for another second.
  const dials = second.dials.length;
  await stage.eventually(() => second.dials.length > dials, "a dial of the standby");
  await stage.clock.advance(1);
  second.tricks = {};
  if (watchIsDeaf) for (const node of [a, b]) node.get(roomPorts.connector).stranded = () => {};
  const sent = send("meanwhile");
  first.interrupt();
  return (await stage.until(sent)).elapsedMs;
}

test("a relay that is alone and stays away: another way is dialled before silence would tell", async () => {
  const elapsedMs = await fromTheOnlyWay(false);
  expect(elapsedMs).toBeLessThanOrEqual(250);
  expect(await fromTheOnlyWay(true)).toBeGreaterThan(elapsedMs + 500);
});
