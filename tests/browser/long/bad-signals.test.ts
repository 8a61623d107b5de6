import { describe, expect } from "vitest";
import { openAlteringDoor, withForeignFingerprint } from "../../support/altering-door.ts";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openPeerServer, startNode } from "../support/nodes.ts";
import { tenLetters, told } from "../support/page-node.ts";

const offer = { type: "data", connectionId: "dc_x", label: "x", serialization: "raw", reliable: true };
const from = (src: string, type: string, payload: unknown) => JSON.stringify({ type, src, payload });

/** What a stranger may send by a server, and what its code is. */
const strange = [
  ["stranger1", "OFFER", { ...offer }, "SIGNAL_INVALID"],
  ["stranger2", "OFFER", { ...offer, sdp: { type: "offer", sdp: "v=0\r\nrubbish" } }, "SIGNAL_INVALID"],
  ["stranger3", "ANSWER", null, "SIGNAL_INVALID"],
  ["stranger4", "CANDIDATE", { connectionId: "x", candidate: { candidate: 7 } }, "SIGNAL_INVALID"],
  ["stranger5", "OFFER", { ...offer, serialization: "binary", sdp: { type: "offer", sdp: "v=0" } }, "LEGACY_PEER"],
  ["stranger6", "OFFER", { ...offer, type: "media", sdp: { type: "offer", sdp: "v=0" } }, "LEGACY_PEER"],
] as const;

/** A page and a node of this process on a PeerServer that this test may bend. */
async function onHostileServer(stage: Stage) {
  const server = await openPeerServer(stage);
  const door = await openAlteringDoor(server.url);
  stage.onEnd(() => door.close());
  const o = { peerServers: [door.url], network: "hostile" };
  const page = await stage.open("/tests/browser/pages/node.html");
  const id = await page.evaluate((o) => window.node.start(o), o);
  return { door, page, id, node: await startNode(stage, o) };
}

describe("signalling in hostile hands, in a page", () => {
  inChromium(
    "rubbish of strangers and of the server: typed, with its origin, and honest peers connect",
    async (stage) => {
      const { door, page, id, node } = await onHostileServer(stage);
      for (const [src, type, payload] of strange) door.say(id, from(src, type, payload));
      await expect
        .poll(() => told(page, "frame:rejected"))
        .toMatchObject(strange.map(([remote, _type, _payload, code]) => ({ transport: "peerjs", remote, code })));
      expect(await tenLetters(page, node.id)).toEqual({ confirmed: 10, failed: [], transports: ["peerjs"] });
      door.say(id, "{");
      await expect
        .poll(async () => (await told(page, "frame:rejected")).at(-1))
        .toMatchObject({ remote: door.url, code: "SIGNAL_INVALID" });
      // What is open outlives the place at the server, which is taken anew.
      expect(await tenLetters(page, node.id)).toMatchObject({ confirmed: 10 });
      const states = async () => (await told(page, "transport:state")).map((each) => Object(each).state);
      await expect.poll(async () => (await states()).slice(-2), { timeout: 10_000 }).toEqual(["degraded", "active"]);
      expect(stage.complaints).toEqual([]);
    },
  );

  inChromium(
    "an answer by another's fingerprint: no connection, the dial fails by name, and honest ones pass",
    async (stage) => {
      const { door, page, node } = await onHostileServer(stage);
      door.alter = withForeignFingerprint;
      await page.evaluate((to) => void window.node.connect(to).catch(() => undefined), node.id);
      await expect
        .poll(() => told(page, "dial:failed"), { timeout: 15_000 })
        .toMatchObject([{ peer: node.id, transport: "peerjs", code: "DIAL_FAILED" }]);
      expect(await told(page, "connection:open")).toEqual([]);
      expect(node.opened).toEqual([]);
      door.alter = (text) => text;
      expect(await tenLetters(page, node.id)).toEqual({ confirmed: 10, failed: [], transports: ["peerjs"] });
      expect(stage.complaints).toEqual([]);
    },
  );
});
