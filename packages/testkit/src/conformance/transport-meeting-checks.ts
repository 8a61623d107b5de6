import { expectCode, expectEqual, expectTrue } from "./expectation.ts";
import type { Stand, TransportCheck } from "./transport-check.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, numberOf, upTo } from "./transport-stage.ts";

/** Many at once, each other at once, and the place where they meet. */
export const transportMeetingChecks: readonly TransportCheck[] = [
  {
    promise: "a dial after the rendezvous went away is refused by TRANSPORT_UNAVAILABLE, never by the peer's codes",
    needs: "rendezvous",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const target = there.target();
      const [road = ""] = here.transport.roadsTo(target);
      const back = await stage.harness.takeRendezvousAway?.();
      await stage.until(() => isTroubled(here), "the state tells that the rendezvous is away");
      const dial = () => stage.within(here.transport.connect(target, road, { signal: stage.signal }), "connect");
      await expectCode(dial, ["TRANSPORT_UNAVAILABLE"], "a dial without rendezvous");
      await back?.();
    },
  },
  {
    promise:
      "while the rendezvous is away the state is degraded or error, with the reason in words; once back, dials work",
    needs: "rendezvous",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const back = await stage.harness.takeRendezvousAway?.();
      for (const stand of [here, there]) {
        await stage.until(() => isTroubled(stand), "the state tells that the rendezvous is away");
        expectTrue((stand.transport.lastError ?? "").length > 0, "lastError says why, in words");
      }
      await back?.();
      for (const stand of [here, there])
        await stage.until(() => !isTroubled(stand), "the state tells that the rendezvous is back");
      expectTrue(here.transport.lastError === undefined, "lastError is gone when all is well");
      const { near, far } = await stage.join(here, there);
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "both dial each other at once: both dials end well, and no frame crosses over to the other connection",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const dials = Promise.all([
        stage.call(one, other.target(), stage.signal),
        stage.call(other, one.target(), stage.signal),
      ]);
      const [byOne, byOther] = await stage.within(dials, "both dials");
      await stage.until(() => one.accepted.length > 0 && other.accepted.length > 0, "both accept");
      const heard = [byOne, byOther, ...one.accepted, ...other.accepted].map(listen);
      byOne.send(numbered(1));
      byOther.send(numbered(2));
      await stage.until(() => heard.filter(({ frames }) => frames.length > 0).length === 2, "both frames arrive");
      await stage.quiet();
      const read = heard.map(({ frames }) => frames.map(numberOf));
      expectEqual(read, [[], [], [2], [1]], "frames by connection");
    },
  },
  {
    promise: "many connections between two at once each carry their own frames",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const dials = upTo(12).map(() => stage.call(here, there.target(), stage.signal));
      const connections = await stage.within(Promise.all(dials), "twelve dials");
      for (const [index, near] of connections.entries()) near.send(numbered(index));
      await stage.until(() => there.accepted.length === 12, "twelve connections are accepted");
      const heard = there.accepted.map(listen);
      await stage.until(() => heard.every(({ frames }) => frames.length > 0), "each has its frame");
      await stage.quiet();
      const read = heard.map(({ frames }) => frames.map(numberOf).join()).sort((a, b) => Number(a) - Number(b));
      expectEqual(read, upTo(12).map(String), "what each of twelve connections read");
    },
  },
  {
    promise: "many who dial one at once all get through, and each is answered for itself",
    async run(stage) {
      const there = await stage.open((far) => far.read((frame) => void far.send(frame)));
      const stands: Stand[] = [];
      for (let count = 0; count < 8; count += 1) stands.push(await stage.open());
      const dials = stands.map((stand) => stage.call(stand, there.target(), stage.signal));
      const connections = await stage.within(Promise.all(dials), "eight dials");
      const heard = connections.map(listen);
      for (const [index, near] of connections.entries()) near.send(numbered(index));
      await stage.until(() => heard.every(({ frames }) => frames.length > 0), "each is answered");
      expectEqual(
        heard.map(({ frames }) => frames.map(numberOf)),
        upTo(8).map((index) => [index]),
        "answers by dialler",
      );
    },
  },
];

function isTroubled({ transport }: Stand): boolean {
  return transport.state === "degraded" || transport.state === "error";
}
