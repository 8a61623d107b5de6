/**
 * The other process of the WebRTC rows: a kernel that hears letters, and raw channels that count messages. With a relay's URL for a word
 * the kernel is of the integrated transport.
 */
import process from "node:process";
import { createSwarm, systemClock } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { largeChannel, smallChannel } from "../letters.mjs";
import { PipeSignals } from "./pipe-signals.mjs";
import { answerRaw } from "./raw-channel.mjs";
import { integratedPlugin, webrtcPlugin } from "./webrtc-sender.mjs";

const signals = new PipeSignals((envelope) => process.send({ envelope }));
const engine = await openWebRtc({ clock: systemClock(), bindAddress: "127.0.0.1" });
const [, , relay] = process.argv;
const plugin = relay === undefined ? webrtcPlugin("node", signals) : integratedPlugin(relay, true);
const swarm = await createSwarm({ log: "silent", plugins: [plugin] });
swarm.channel(smallChannel).onMessage(() => undefined);
swarm.channel(largeChannel).onMessage(() => undefined);
await swarm.start();
answerRaw(engine, signals, "raw");
process.on("message", ({ envelope }) => signals.deliver(envelope));
process.on("disconnect", async () => {
  await swarm.stop();
  await engine.close();
});
process.send({ peer: swarm.id, relay });
