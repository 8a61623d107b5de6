import { type Connection, createSwarm, type PeerId, ports, use } from "@swarm-space/core";
import peerjs, { peerjsWith } from "@swarm-space/transport-peerjs";
import { type DataChannel, openWebRtc, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { type AlteringDoor, openAlteringDoor } from "../../support/altering-door.ts";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openPeerServer, startNode } from "../support/nodes.ts";
import { tenLetters, told } from "../support/page-node.ts";

const health = (page: Page) => page.evaluate(() => window.node.health("peerjs"));

/** A page whose signalling is in hostile hands, and Bert, a node of this process. */
async function onHostileServer(stage: Stage) {
  const server = await openPeerServer(stage);
  const door = await openAlteringDoor(server.url);
  stage.onEnd(() => door.close());
  const network = "middle";
  const page = await stage.open("/tests/browser/pages/node.html");
  const id = await page.evaluate((o) => window.node.start(o), { peerServers: [door.url], network });
  const bert = await startNode(stage, { peerServers: [server.url], network });
  return { server, door, page, id, bert, network };
}

/** All that the page says to `to` goes to `instead`, and all that this one says comes as from `to`. */
function reroute(door: AlteringDoor, to: PeerId, instead: PeerId): void {
  door.alterSent = (text) => text.replace(`"dst":"${to}"`, `"dst":"${instead}"`);
  door.alter = (text) => text.replace(`"src":"${instead}"`, `"src":"${to}"`);
}

function honest(door: AlteringDoor): void {
  door.alterSent = (text) => text;
  door.alter = (text) => text;
}

describe("somebody between a page and a node", () => {
  inChromium(
    "who answers in another's place with her own fingerprint and keys is refused before a word, and charged to the way",
    async (stage) => {
      const { server, door, page, bert, network } = await onHostileServer(stage);
      const mallory = await startNode(stage, { peerServers: [server.url], network });
      const rejected: string[] = [];
      mallory.swarm.on("frame:rejected", ({ code }) => void rejected.push(code));
      const before = await health(page);
      reroute(door, bert.id, mallory.id);
      await page.evaluate((to) => window.node.post(to, "for bert alone", 5), bert.id);
      await expect
        .poll(() => told(page, "dial:failed"), { timeout: 20_000 })
        .toContainEqual(expect.objectContaining({ peer: bert.id, transport: "peerjs", code: "PEER_MISMATCH" }));
      expect(await told(page, "connection:open")).toEqual([]);
      expect([mallory.texts, mallory.opened, bert.opened]).toEqual([[], [], []]);
      await expect.poll(() => rejected.length).toBeGreaterThan(0);
      const after = await health(page);
      expect(after.failureCount).toBeGreaterThan(before.failureCount);
      expect(after.reliability).toBeLessThan(before.reliability);
      honest(door);
      await bert.until(5);
      expect(await tenLetters(page, bert.id)).toMatchObject({ confirmed: 10, failed: [] });
      expect(mallory.texts).toEqual([]);
      expect(stage.complaints).toEqual([]);
    },
    60_000,
  );

  inChromium(
    "who passes all on, by fingerprints of his own, is found out by the handshake",
    async (stage) => {
      const { server, door, page, bert, network } = await onHostileServer(stage);
      const { signal } = new AbortController();
      const options = { servers: [server.url], rendezvous: { slots: 0 }, listPeers: false, bindAddress: "127.0.0.1" };
      // A node that never starts: its transport is the middleman's.
      const unstarted = await createSwarm({ network, log: "silent", plugins: [use(peerjs, options)] });
      const [middle] = unstarted.get(ports.transport);
      if (middle === undefined) throw new Error("no transport");
      stage.onEnd(() => middle.close({ signal }));
      const passed: number[] = [];
      await middle.open(
        async (near) => {
          const far = await middle.connect({ peer: bert.id, addresses: [] }, "direct", { signal });
          const pass = (from: Connection, to: Connection) =>
            from.read((frame) => {
              passed.push(frame.length);
              void to.send(frame);
            });
          pass(near, far);
          pass(far, near);
          void far.closed.then(() => near.close());
          void near.closed.then(() => far.close());
        },
        { signal },
      );
      reroute(door, bert.id, unstarted.id);
      await page.evaluate((to) => void window.node.connect(to).catch(() => undefined), bert.id);
      await expect
        .poll(() => told(page, "dial:failed"), { timeout: 20_000 })
        .toContainEqual(
          expect.objectContaining({
            peer: bert.id,
            code: "HANDSHAKE_FAILED",
            detail: expect.stringContaining("another binding"),
          }),
        );
      expect(passed.length).toBeGreaterThan(0);
      expect(await told(page, "connection:open")).toEqual([]);
      expect(bert.opened).toEqual([]);
      honest(door);
      expect(await tenLetters(page, bert.id)).toMatchObject({ confirmed: 10, failed: [] });
      expect(stage.complaints).toEqual([]);
    },
    60_000,
  );
});

/** A WebRTC engine that knows the channels that it opens. */
function knownChannels() {
  const channels: DataChannel[] = [];
  const openEngine = async (o: WebRtcOptions): Promise<WebRtcEngine> => {
    const engine = await openWebRtc(o);
    const wrtc: WebRtcEngine["wrtc"] = (signalling) => {
      const own = engine.wrtc(signalling);
      class KnownPeerConnection extends own.RTCPeerConnection {
        override createDataChannel(label: string, init?: RTCDataChannelInit): DataChannel {
          const channel = super.createDataChannel(label, init);
          channels.push(channel);
          return channel;
        }
      }
      return { ...own, RTCPeerConnection: KnownPeerConnection };
    };
    return { name: engine.name, wrtc, close: () => engine.close() };
  };
  return { channels, openEngine };
}

describe("a peer of a page that breaks the rules of data channels, once it is let in", () => {
  for (const [name, message, detail] of [
    ["text", "hello", "a message was no bytes"],
    ["70,000 bytes", new Uint8Array(70_000), "a frame of 70000 bytes"],
  ] as const)
    inChromium(
      `${name}: typed, told, charged to the way where the status shows it, and to the peer`,
      async (stage) => {
        const { door, page, id, network } = await onHostileServer(stage);
        const { channels, openEngine } = knownChannels();
        const options = { servers: [door.url], rendezvous: { slots: 0 }, listPeers: false, bindAddress: "127.0.0.1" };
        const eve = await createSwarm({ network, log: "silent", plugins: [use(peerjsWith({ openEngine }), options)] });
        stage.onEnd(() => eve.stop());
        await eve.start();
        await eve.connect(id);
        await expect.poll(() => told(page, "connection:open")).toHaveLength(1);
        const before = await health(page);
        const [channel] = channels;
        if (channel === undefined) throw new Error("no channel");
        // The interface takes bytes alone.
        Reflect.apply(channel.send, channel, [message]);
        await expect
          .poll(() => told(page, "connection:close"), { timeout: 15_000 })
          .toMatchObject([{ peer: eve.id, reason: { by: "protocol", detail } }]);
        expect(await told(page, "frame:rejected")).toMatchObject([
          { transport: "peerjs", code: "FRAME_INVALID", detail },
        ]);
        const after = await health(page);
        expect(after.failureCount).toBe(before.failureCount + 1);
        expect(after.reliability).toBeLessThan(before.reliability);
        expect(stage.complaints).toEqual([]);
      },
      60_000,
    );
});
