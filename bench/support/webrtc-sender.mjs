/** The sending end of the WebRTC rows, in Node or in a page: a kernel over the driver's connections, and raw channels, to the same process. */
import { createSwarm, definePlugin, ports, roomPorts, systemClock, use } from "@swarm-space/core";
import integrated from "@swarm-space/transport-integrated";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import * as z from "zod";
import { WebrtcTransport } from "../../conformance/webrtc-transport.ts";
import { burst, largeBytes, largeChannel, smallChannel, smallText } from "../letters.mjs";
import { median } from "../report.mjs";
import { PipeSignals } from "./pipe-signals.mjs";
import { burstRaw, dialRaw, echoOf, smallBytes } from "./raw-channel.mjs";
import { roundTrips } from "./round-trips.mjs";

/** A transport of nothing but the driver's connections. */
export function webrtcPlugin(name, signals) {
  return use(
    definePlugin({
      id: "bench-webrtc",
      api: 1,
      config: z.strictObject({}),
      provides: [ports.transport],
      setup({ clock, provide }) {
        provide(ports.transport, new WebrtcTransport({ name, signals, clock }));
        return {};
      },
    }),
  );
}

/** The integrated transport with its data channel alone. Who dials is not found, so that nobody dials it. */
export function integratedPlugin(relay, isFound) {
  const options = { gunRelays: [relay], roads: ["direct"], bindAddress: "127.0.0.1", presence: { announce: isFound } };
  return use(integrated, options);
}

/** Tells of each frame that a connection sends which this node dialled. */
function watchFrames(swarm, onSend) {
  for (const transport of swarm.get(ports.transport)) {
    const connect = transport.connect.bind(transport);
    transport.connect = async (...parts) => {
      const connection = await connect(...parts);
      const send = connection.send.bind(connection);
      connection.send = (frame) => {
        onSend();
        return send(frame);
      };
      return connection;
    };
  }
}

/**
 * @param other `{ peer, relay }`: the id of the kernel at the other end; where it is of the integrated transport, the relay that both know
 * @param onSignals is given, before anything is sent, what takes the envelopes of the other side
 */
export async function openSender({ post, other, onSignals }) {
  const signals = new PipeSignals(post);
  onSignals((envelope) => signals.deliver(envelope));
  const engine = await openWebRtc({ clock: systemClock(), bindAddress: "127.0.0.1" });
  let made = 0;
  let frames = 0;
  const dial = () => {
    made += 1;
    return dialRaw(engine, signals, { from: `raw ${made}`, to: "raw", link: `raw ${made}` });
  };
  const startNode = async () => {
    made += 1;
    const swarm = await createSwarm({
      log: "silent",
      plugins: [
        other.relay === undefined ? webrtcPlugin(`node ${made}`, signals) : integratedPlugin(other.relay, false),
      ],
    });
    watchFrames(swarm, () => frames++);
    const small = swarm.channel(smallChannel);
    const large = swarm.channel(largeChannel);
    await swarm.start();
    const addresses = other.relay === undefined ? [{ transport: "webrtc", value: "node" }] : [];
    swarm.get(roomPorts.addresses).note({ peer: other.peer, addresses, source: "bench" });
    return { swarm, small, large };
  };
  const node = await startNode();
  await node.swarm.connect(other.peer);
  const { channel, close } = await dial();
  const letter = (n) => node.small.send(other.peer, { text: smallText, n });
  const smallRates = async (count, rawCount) => {
    frames = 0;
    const kernel = await burst(count, 2_000, letter);
    const perFrame = Math.max(1, Math.round(count / frames));
    const alone = await burstRaw(channel, { count: rawCount, bytes: smallBytes });
    const alike = await burstRaw(channel, { count, bytes: smallBytes, perMessage: perFrame });
    return { small: kernel, rawSmall: alone, alike, perFrame };
  };
  const largeRates = async (count) => {
    const blob = new Uint8Array(largeBytes).fill(1);
    const kernel = await burst(count, 64, () => node.large.send(other.peer, blob));
    const raw = await burstRaw(channel, { count, bytes: largeBytes });
    const megabytes = largeBytes / 1e6;
    return { large: kernel * megabytes, rawLarge: raw * megabytes };
  };
  return {
    /** One round of what is wanted; `ms`, messages a second and MB/s. */
    async round({ small, rawSmall, large, trips }, wanted) {
      return {
        ...(wanted.includes("small") && (await smallRates(small, rawSmall))),
        ...(wanted.includes("large") && (await largeRates(large))),
        ...(wanted.includes("roundtrip") && {
          trip: median(await roundTrips(trips, letter)),
          rawTrip: median(await roundTrips(trips, echoOf(channel))),
        }),
      };
    },
    /** Milliseconds of `count` first connections each, in turn. */
    async connects(count) {
      const kernel = [];
      const raw = [];
      for (let at = 0; at < count; at++) {
        const fresh = await startNode();
        let started = performance.now();
        await fresh.swarm.connect(other.peer);
        kernel.push(performance.now() - started);
        await fresh.swarm.stop();
        started = performance.now();
        const link = await dial();
        raw.push(performance.now() - started);
        link.close();
      }
      return { kernel, raw };
    },
    /** Keeps so many links open: raw channels, or kernels with a connection each. Resolves to what closes them. */
    async hold(kind, count) {
      const undo = [];
      for (let at = 0; at < count; at++) {
        if (kind === "raw") undo.push((await dial()).close);
        else {
          const { swarm } = await startNode();
          if (kind === "linked") await swarm.connect(other.peer);
          undo.push(() => swarm.stop());
        }
      }
      return async () => {
        for (const step of undo) await step();
      };
    },
    async close() {
      close();
      await node.swarm.stop();
      await engine.close();
    },
  };
}
