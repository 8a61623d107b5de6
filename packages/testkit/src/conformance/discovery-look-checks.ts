import type { Sighting } from "@swarm-space/core";
import type { DiscoveryCheck } from "./discovery-check.ts";
import { expectEqual, expectTrue } from "./expectation.ts";
import { upTo } from "./transport-stage.ts";

/** Looking, by one and by several, and stopping it. */
export const lookChecks: readonly DiscoveryCheck[] = [
  {
    promise: "who is there is sighted by who looks, at the addresses it has",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const looking = stage.look(one);
      await stage.sees(looking, other);
      const [address] = other.addresses();
      const found = looking.of(other)[0]?.addresses ?? [];
      if (address === undefined) return expectEqual(found, [], "addresses of who has none");
      expectTrue(
        found.some(({ transport, value }) => transport === address.transport && value === address.value),
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
        for await (const sighting of one.source.discover({ signal: new AbortController().signal }))
          if (stage.isOf(sighting, other)) return;
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
