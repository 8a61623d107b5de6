import { expect, test } from "vitest";
import { peerOf, RoomStage } from "./room-stage.ts";

test("an address that has no name is wanted until it is known whose it is, however often it is told; and again when somebody else is there", async () => {
  const stage = await new RoomStage().start();
  const address = { transport: "direct", value: "20.0.0.1:4000" };
  const wantedWhenTold = async () => {
    stage.room.book.note({ addresses: [address], source: "a medium" }, stage.clock.now());
    await stage.clock.advance(2_000);
    return stage.wanted();
  };
  expect(await wantedWhenTold()).toEqual([address.value]);
  stage.events.emit("peer:identify", { peer: peerOf(1), address });
  stage.connect(peerOf(1));
  expect(await wantedWhenTold()).toEqual([peerOf(1)]);
  expect(await wantedWhenTold()).toEqual([peerOf(1)]);
  stage.disconnect(peerOf(1));
  stage.fail(peerOf(1), "PEER_MISMATCH");
  expect(stage.wanted()).toContain(address.value);
  await stage.stop();
});
