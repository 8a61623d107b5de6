import type { Connection } from "@swarm-space/core";
import { expectEqual, expectTrue, sameBytes } from "./expectation.ts";
import type { TransportCheck } from "./transport-check.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, type TransportStage } from "./transport-stage.ts";

/** What is declared is so; what was taken is given back; what strangers write does no harm. */
export const transportHonestyChecks: readonly TransportCheck[] = [
  {
    promise: "capabilities are facts of sense: direct or not, frames of 1,024 bytes or more, a latency, an idle time",
    async run(stage) {
      const { near, far } = await stage.pair();
      for (const { capabilities } of [near, far]) {
        const { direct, maxFrameBytes, latencyClassMs, idleMs } = capabilities;
        expectEqual(typeof direct, "boolean", "direct");
        expectTrue(Number.isSafeInteger(maxFrameBytes) && maxFrameBytes >= 1_024, `maxFrameBytes is ${maxFrameBytes}`);
        expectTrue(Number.isFinite(latencyClassMs) && latencyClassMs >= 0, `latencyClassMs is ${latencyClassMs}`);
        expectTrue(idleMs === undefined || (Number.isFinite(idleMs) && idleMs > 0), `idleMs is ${idleMs}`);
      }
    },
  },
  {
    promise: "capabilities stay as they are while the connection lives",
    async run(stage) {
      const { near, far } = await stage.pair();
      const before = JSON.stringify([near.capabilities, far.capabilities]);
      await expectEcho(stage, near, far);
      await stage.quiet();
      expectEqual(JSON.stringify([near.capabilities, far.capabilities]), before, "capabilities after use");
    },
  },
  {
    promise: "both ends tell the same transport and road, and the road is one that `roadsTo` gave",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      const id = here.transport.id;
      expectEqual([near.transport, far.transport, there.transport.id], [id, id, id], "transport ids");
      expectEqual(far.road, near.road, "the road, told by the accepting end");
      expectTrue(here.transport.roadsTo(there.target()).includes(near.road), `roadsTo gave no road ${near.road}`);
      expectEqual(far.capabilities.direct, near.capabilities.direct, "direct, told by the accepting end");
    },
  },
  {
    promise: "addresses are of this transport, texts of 1 to 1,024 characters, with the rendezvous they depend on",
    async run(stage) {
      const { transport } = await stage.open();
      for (const address of transport.addresses()) {
        expectEqual(address.transport, transport.id, "the transport of an own address");
        const { value, rendezvous } = address;
        expectTrue(
          typeof value === "string" && value.length > 0 && value.length <= 1_024,
          `an address is ${typeof value} of ${value.length}`,
        );
        expectTrue(
          rendezvous === undefined || (typeof rendezvous === "string" && rendezvous.length > 0),
          "a rendezvous is a text",
        );
      }
    },
  },
  {
    promise: "`remote` is a text for logs, of at most 1,024 characters; `rendezvous` a text where there is one",
    async run(stage) {
      const { near, far } = await stage.pair();
      for (const { remote, rendezvous } of [near, far]) {
        expectTrue(typeof remote === "string" && remote.length > 0 && remote.length <= 1_024, `remote is ${remote}`);
        expectTrue(
          rendezvous === undefined || (typeof rendezvous === "string" && rendezvous.length > 0),
          `rendezvous is ${String(rendezvous)}`,
        );
      }
    },
  },
  {
    promise:
      "`onInterrupted`, where there is one, tells of nothing while frames pass; its unsubscribe twice is harmless",
    async run(stage) {
      const { near, far } = await stage.pair();
      const told: boolean[] = [];
      const ends = [near, far].map((end) => end.onInterrupted?.((isInterrupted) => void told.push(isInterrupted)));
      await expectEcho(stage, near, far);
      await stage.quiet();
      for (const end of [...ends, ...ends]) end?.();
      expectEqual(told, [], "what was told while frames passed");
    },
  },
  {
    promise: "where both ends have a `binding` it is the same bytes, and another connection has another",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      if (near.binding === undefined || far.binding === undefined) return;
      expectTrue(near.binding.length > 0 && sameBytes(near.binding, far.binding), "both ends have one binding");
      const other = await stage.join(here, there);
      expectTrue(!sameBytes(near.binding, other.near.binding), "two connections have one binding");
    },
  },
  {
    promise: "rubbish from a stranger does no harm: connections that stand go on, and new ones are made",
    needs: "rubbish",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      const heard = listen(far);
      near.send(numbered(0));
      await stage.harness.throwRubbish?.(there.node);
      await stage.quiet();
      near.send(numbered(1));
      await stage.hears(heard, 2);
      await stage.quiet();
      expectEqual(heard.frames.length, 2, "frames beside the rubbish");
      expectTrue(there.transport.state !== "error", `the state after rubbish is ${there.transport.state}`);
      const next = await stage.join(here, there);
      await expectEcho(stage, next.near, next.far);
    },
  },
  {
    promise: "after `close` nothing is held that was not held before `open`: no timer, no socket",
    needs: "resources",
    async run(stage) {
      const before = heldBy(stage);
      const { here, there, near, far } = await stage.pair();
      await expectEcho(stage, near, far);
      await closeAll(stage, [here, there]);
      await expectNothingMore(stage, before, "held after close");
    },
  },
  {
    promise: "closing in the middle of a dial, of sending and of waiting leaves nothing held",
    needs: "resources",
    async run(stage) {
      const before = heldBy(stage);
      const { here, there, near } = await stage.pair();
      for (let number = 0; number < 200; number += 1) near.send(numbered(number, 1_024));
      const ended = [
        stage.call(here, there.target(), stage.signal).then(
          () => undefined,
          () => undefined,
        ),
        near.drained({ signal: stage.signal }),
      ];
      await closeAll(stage, [here, there]);
      await stage.within(Promise.all(ended), "what was under way ends");
      await expectNothingMore(stage, before, "held after a close in the middle");
    },
  },
  {
    promise:
      "connections that are over, and dials that were called off, leave nothing held while the transport stays open",
    needs: "resources",
    long: true,
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      await use(stage, await stage.join(here, there));
      await stage.quiet();
      const before = heldBy(stage);
      for (let round = 0; round < 10; round += 1) {
        const abort = new AbortController();
        const dialled = stage.call(here, there.target(), abort.signal).then(
          (connection) => connection.close(),
          () => undefined,
        );
        abort.abort();
        await stage.within(dialled, "a dial that was called off");
        await stage.quiet();
        await use(stage, await stage.join(here, there));
      }
      await expectNothingMore(stage, before, "held by connections that are over");
    },
  },
  {
    promise: "an `open` that is called off leaves nothing held",
    needs: "resources",
    async run(stage) {
      const before = heldBy(stage);
      const node = await stage.make();
      const abort = new AbortController();
      const opening = node.transport
        .open(() => undefined, { signal: abort.signal })
        .then(
          () => true,
          () => false,
        );
      abort.abort();
      if (await stage.within(opening, "open")) await closeAll(stage, [node]);
      await expectNothingMore(stage, before, "held by an open that was called off");
    },
  },
];

type Held = ReadonlyMap<string, number>;

function heldBy({ harness }: TransportStage): Held {
  return harness.held?.() ?? new Map();
}

async function expectNothingMore(stage: TransportStage, before: Held, what: string): Promise<void> {
  const more = () => [...heldBy(stage)].filter(([kind, count]) => count > (before.get(kind) ?? 0));
  // A host lets go of what is closed some turns later.
  await stage
    .until(() => more().length === 0, what)
    .catch((error: unknown) => {
      const shown = more().map(([kind, count]) => `${kind}: ${count}, before ${before.get(kind) ?? 0}`);
      throw new Error(`${what}: ${shown.join("; ")}`, { cause: error });
    });
}

async function closeAll(
  stage: TransportStage,
  all: readonly { readonly transport: { close(o: { signal: AbortSignal }): Promise<void> } }[],
): Promise<void> {
  const closings = all.map(({ transport }) => transport.close({ signal: stage.signal }));
  await stage.within(Promise.all(closings), "close");
}

async function use(stage: TransportStage, { near, far }: { near: Connection; far: Connection }): Promise<void> {
  await expectEcho(stage, near, far);
  await stage.within(near.close(), "close");
  await stage.within(far.closed, "closed, there");
}
