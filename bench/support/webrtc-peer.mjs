/** The other process of the WebRTC rows: a kernel that hears letters, and raw channels that count messages. */
import process from "node:process";
import { createSwarm, systemClock } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { largeChannel, smallChannel } from "../letters.mjs";
import { PipeSignals } from "./pipe-signals.mjs";
import { answerRaw } from "./raw-channel.mjs";
import { webrtcPlugin } from "./webrtc-sender.mjs";

const signals = new PipeSignals((envelope) => process.send({ envelope }));
const engine = await openWebRtc({ clock: systemClock(), bindAddress: "127.0.0.1" });
const swarm = await createSwarm({ log: "silent", plugins: [webrtcPlugin("node", signals)] });
swarm.channel(smallChannel).onMessage(() => undefined);
swarm.channel(largeChannel).onMessage(() => undefined);
await swarm.start();
answerRaw(engine, signals, "raw");
process.on("message", ({ envelope }) => signals.deliver(envelope));
process.on("disconnect", async () => {
  await swarm.stop();
  await engine.close();
});
process.send({ peer: swarm.id });
