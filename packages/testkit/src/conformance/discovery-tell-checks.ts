import { isPeerId, type Sighting } from "@swarm-space/core";
import type { DiscoveryCheck } from "./discovery-check.ts";
import { expectEqual, expectTrue, sameBytes } from "./expectation.ts";

const elsewhere = Object.freeze({ transport: "elsewhere", value: "an address", rendezvous: "a place to meet" });

/** What is told of a node: while it is there, and no longer. */
export const tellChecks: readonly DiscoveryCheck[] = [
  {
    promise: "a sighting is well formed: its source, a peer id or none, addresses, a card of at most 512 bytes or none",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const looking = stage.look(one);
      await stage.sees(looking, other);
      for (const sighting of looking.seen) expectWellFormed(sighting, one.source.id);
    },
  },
  {
    promise: "who left in order is not sighted by who looks afterwards",
    needs: "withdraws",
    async run(stage) {
      const [one, other, third] = [await stage.open(), await stage.open(), await stage.open()];
      await stage.sees(stage.look(one), other);
      await other.close();
      await stage.quiet();
      const looking = stage.look(one);
      await stage.sees(looking, third, "who stayed is sighted");
      await stage.quiet();
      expectTrue(looking.of(other).length === 0, "who left is sighted");
    },
  },
  {
    promise: "what a node announces is told: the addresses of its other transports too",
    needs: "announces",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      stage.announce(other, { addresses: [...other.addresses(), elsewhere] });
      const looking = stage.look(one);
      const told = () => looking.seen.some(({ addresses }) => addresses.some(({ value }) => value === elsewhere.value));
      await stage.until(told, "an address of another transport is told");
      const address = looking.seen.flatMap(({ addresses }) => addresses).find(({ value }) => value === elsewhere.value);
      expectEqual(address, elsewhere, "an address of another transport");
    },
  },
  {
    promise: "an announcement ends quietly with its signal, and what it told is told no longer",
    needs: "announces",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const announcing = stage.announce(other, { addresses: [...other.addresses(), elsewhere] });
      const tells = ({ addresses }: Sighting) => addresses.some(({ value }) => value === elsewhere.value);
      const before = stage.look(one);
      await stage.until(() => before.seen.some(tells), "what is announced is told");
      await announcing.end();
      await stage.quiet();
      const after = stage.look(one);
      await stage.sees(after, other);
      await stage.quiet();
      const last = after.of(other).at(-1);
      expectTrue(last !== undefined && !tells(last), "what is over is told still");
    },
  },
  {
    promise: "the letter key card of an announcement comes with the sighting, byte by byte",
    needs: "cards",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const card = Uint8Array.from({ length: 300 }, (_, at) => (at * 7) & 0xff);
      stage.announce(other, { card });
      const looking = stage.look(one);
      await stage.until(() => looking.seen.some((each) => sameBytes(card, each.card)), "the card is told");
    },
  },
  {
    promise: "what a stranger announces is well formed when it is told, or is not told; who is honest is sighted",
    needs: "rubbish",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const looking = stage.look(one);
      await stage.harness.throwRubbish?.();
      await stage.sees(looking, other);
      await stage.quiet();
      for (const sighting of looking.seen) expectWellFormed(sighting, one.source.id);
      await looking.end();
    },
  },
];

function expectWellFormed({ peer, addresses, source, card }: Sighting, id: string): void {
  expectEqual(source, id, "the source of a sighting");
  expectTrue(peer === undefined || isPeerId(peer), `${String(peer)} is no peer id`);
  expectTrue(Array.isArray(addresses) && addresses.length <= 64, "a sighting has a list of at most 64 addresses");
  for (const { transport, value, rendezvous } of addresses) {
    expectTrue(typeof transport === "string" && transport.length > 0, "an address names its transport");
    expectTrue(typeof value === "string" && value.length <= 1_024, "an address has at most 1,024 characters");
    expectTrue(rendezvous === undefined || typeof rendezvous === "string", "a rendezvous is a text");
  }
  expectTrue(
    card === undefined || (card instanceof Uint8Array && card.length > 0 && card.length <= 512),
    `a card has ${card?.length} bytes`,
  );
}
