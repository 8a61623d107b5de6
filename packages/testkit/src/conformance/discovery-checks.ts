import type { Sighting } from "@swarm-space/core";
import { isPeerId } from "@swarm-space/core";
import type { DiscoveryCheck } from "./discovery-check.ts";
import { expectEqual, expectTrue, sameBytes } from "./expectation.ts";
import { upTo } from "./transport-stage.ts";

const elsewhere = Object.freeze({ transport: "elsewhere", value: "an address", rendezvous: "a place to meet" });

/** Looking, being seen, and stopping both. */
export const discoveryChecks: readonly DiscoveryCheck[] = [
  {
    promise: "who is there is sighted by who looks, at the addresses it has",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const looking = stage.look(one);
      await stage.sees(looking, other);
      const [address] = other.addresses();
      const found = looking.seen.find(({ peer }) => peer === other.peer)?.addresses ?? [];
      expectTrue(
        found.some(({ transport, value }) => transport === address?.transport && value === address.value),
        `${JSON.stringify(address)} is not among ${JSON.stringify(found)}`,
      );
    },
  },
  {
    promise: "who comes later is sighted by who looks already",
    async run(stage) {
      const looking = stage.look(await stage.open());
      await stage.quiet();
      await stage.sees(looking, await stage.open());
    },
  },
  {
    promise: "`discover` with a signal that has aborted ends quietly, with nothing",
    async run(stage) {
      const [{ source }] = [await stage.open(), await stage.open()];
      const seen: Sighting[] = [];
      const read = async () => {
        for await (const sighting of source.discover({ signal: AbortSignal.abort() })) seen.push(sighting);
      };
      await stage.within(read(), "an iteration whose signal has aborted ends");
      expectEqual(seen.length, 0, "sightings after the abort");
    },
  },
  {
    promise: "an abort while nothing comes ends the iteration quietly",
    async run(stage) {
      const looking = stage.look(await stage.open());
      await stage.quiet();
      await looking.end();
    },
  },
  {
    promise: "after the abort nothing more is yielded, whoever comes",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const looking = stage.look(one);
      await stage.sees(looking, other);
      await stage.quiet();
      const before = looking.seen.length;
      await looking.end();
      await stage.open();
      await stage.quiet();
      expectEqual(looking.seen.length, before, "sightings after the end");
    },
  },
  {
    promise: "who leaves the loop has stopped looking, and may look again",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const first = async () => {
        for await (const { peer } of one.source.discover({ signal: new AbortController().signal }))
          if (peer === other.peer) return;
        throw new Error("the iteration ended by itself");
      };
      await stage.within(first(), "a loop that is left at the first sighting");
      await stage.sees(stage.look(one), other, "a node is sighted by who looks again");
    },
  },
  {
    promise: "looked for again after an end, who is there is sighted again",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      for (let round = 0; round < 3; round += 1) {
        const looking = stage.look(one);
        await stage.sees(looking, other, `a node is sighted in round ${round}`);
        await looking.end();
      }
    },
  },
  {
    promise: "two who look at once both see; when one ends, the other goes on",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const both = [stage.look(one), stage.look(one)] as const;
      for (const looking of both) await stage.sees(looking, other, "a node is sighted by both");
      await both[0].end();
      await stage.sees(both[1], await stage.open(), "a node is sighted by who goes on");
    },
  },
  {
    promise: "each side sights the other",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const [byOne, byOther] = [stage.look(one), stage.look(other)];
      await stage.sees(byOne, other);
      await stage.sees(byOther, one);
    },
  },
  {
    promise: "all who are there are sighted",
    async run(stage) {
      const one = await stage.open();
      const others = [];
      for (let count = 0; count < 5; count += 1) others.push(await stage.open());
      const looking = stage.look(one);
      for (const other of others) await stage.sees(looking, other);
    },
  },
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
    promise: "who does not read on holds up nobody else who looks",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const abort = new AbortController();
      const slow = one.source.discover({ signal: abort.signal })[Symbol.asyncIterator]();
      await stage.within(slow.next(), "a first sighting");
      const looking = stage.look(one);
      await stage.sees(looking, other);
      await stage.sees(looking, await stage.open(), "a node is sighted beside who does not read on");
      abort.abort();
      await stage.within(Promise.resolve(slow.return?.()), "the end of who did not read on");
    },
  },
  {
    promise: "what waits for who does not read on is bounded",
    needs: "crowd",
    async run(stage) {
      const [one] = [await stage.open(), await stage.open()];
      const abort = new AbortController();
      const slow = one.source.discover({ signal: abort.signal })[Symbol.asyncIterator]();
      await stage.within(slow.next(), "a first sighting");
      const { mostWaiting } = stage.limits;
      await stage.harness.crowd?.(2 * mostWaiting);
      await stage.quiet();
      let waiting = 0;
      while (waiting <= mostWaiting && (await stage.settles(slow.next()))) waiting += 1;
      abort.abort();
      expectTrue(waiting <= mostWaiting, `more than ${mostWaiting} sightings waited`);
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
      expectTrue(!looking.sees(other.peer), "who left is sighted");
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
      const last = after.seen.findLast(({ peer }) => peer === other.peer);
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
  {
    promise: "looking that has ended leaves nothing held",
    needs: "resources",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const first = stage.look(one);
      await stage.sees(first, other);
      await first.end();
      await stage.quiet();
      const before = stage.harness.held?.() ?? new Map<string, number>();
      for (const looking of upTo(5).map(() => stage.look(one))) {
        await stage.sees(looking, other);
        await looking.end();
      }
      const isMore = () => [...(stage.harness.held?.() ?? [])].some(([kind, count]) => count > (before.get(kind) ?? 0));
      await stage.until(() => !isMore(), "nothing is held by looking that has ended");
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
