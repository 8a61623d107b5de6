import { connect, openLoopback } from "./ends.ts";

/** 50 links, the offer of which is made by one side and the other in turn, both ends closed at once; then the engine. Nothing then keeps the process. */
const engine = await openLoopback();
for (let round = 0; round < 50; round += 1) {
  const ends = await connect(engine.wrtc("trickle"));
  const inTurn = round % 2 === 0 ? ends : ends.toReversed();
  await Promise.all(inTurn.map((end) => end.close()));
}
await engine.close();
process.send?.("closed");
process.disconnect();
