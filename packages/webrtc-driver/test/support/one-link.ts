import { connect, openLoopback } from "./ends.ts";

/** Links two ends, closes one in order and the engine, and disconnects. Nothing then keeps the process. */
const before = Object.getOwnPropertyNames(globalThis).join();
const engine = await openLoopback();
const [first] = await connect(engine.wrtc("trickle"));
await first.close();
await engine.close();
const isClean = before === Object.getOwnPropertyNames(globalThis).join();
process.send?.(isClean ? "closed" : "globals were touched");
process.disconnect();
