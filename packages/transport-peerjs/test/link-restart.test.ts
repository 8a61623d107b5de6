import { expect, test } from "vitest";
import { linkRestart } from "../src/link-restart.ts";
import { LinkRestarts } from "../src/link-restarts.ts";
import { readServerMessage } from "../src/server-message.ts";
import { turns } from "./fake-server.ts";
import { HeardPeer, sdpOf } from "./heard-peer.ts";

function stage(offers: boolean, { ours = true, theirs = true } = {}) {
  const peer = new HeardPeer(offers, theirs);
  const said: unknown[] = [];
  const link = { peer: "other", connectionId: "dc_x" };
  const engine = { restartsIce: ours };
  const restart = linkRestart({ link, peer, engine, say: (each) => said.push(each) });
  const restarts = new LinkRestarts();
  const { promise: closed, resolve: close } = Promise.withResolvers<{ by: "lost"; detail: string }>();
  restarts.begin(restart, { closed });
  const refused: string[] = [];
  /** True: it was this link's. */
  const hear = (type: string, more: object, src = "other") => {
    const reading = readServerMessage(JSON.stringify({ type, src, payload: { connectionId: "dc_x", ...more } }));
    const message = "message" in reading ? reading.message : undefined;
    if (!message || !("src" in message) || !("payload" in message)) throw new Error("the test says what nobody reads");
    return restarts.takes(message, ({ code }) => refused.push(code));
  };
  const { negotiation } = restart;
  return { peer, said, negotiation, refused, hear, close: () => close({ by: "lost", detail: "" }) };
}

const offer = (byte = "0b") => ({
  ...{ type: "data", label: "x", serialization: "raw", reliable: true },
  sdp: { type: "offer", sdp: `${sdpOf(byte)}a=ice-ufrag:new\r\n`, restarts: true },
});
const candidate = { candidate: { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" } };

test("while its path lives a link hears nothing of the server; once that is dead, an offer and what follows it", async () => {
  const { peer, said, refused, hear } = stage(false);
  for (const [type, what] of [
    ["OFFER", offer()],
    ["CANDIDATE", candidate],
  ] as const)
    expect(hear(type, what)).toBe(true);
  await turns();
  expect(peer.heard).toEqual([]);
  peer.connectionState = "disconnected";
  hear("OFFER", offer(), "other-again");
  hear("CANDIDATE", candidate);
  await turns();
  expect(peer.heard).toEqual(["description", "candidate"]);
  expect(said).toMatchObject([{ type: "ANSWER", dst: "other-again", payload: { connectionId: "dc_x" } }]);
  expect(refused).toEqual([]);
});

test("back again, it hears nothing any more", async () => {
  const { peer, negotiation, hear } = stage(false);
  peer.connectionState = "failed";
  hear("OFFER", offer());
  await turns();
  peer.connectionState = "connected";
  negotiation.onBack();
  hear("CANDIDATE", candidate);
  await turns();
  expect(peer.heard).toEqual(["description"]);
});

test("an offer of another certificate is SIGNAL_INVALID, and does not reach the peer connection", async () => {
  const { peer, refused, hear } = stage(false);
  peer.connectionState = "disconnected";
  hear("OFFER", offer("0c"));
  await turns();
  expect(refused).toEqual(["SIGNAL_INVALID"]);
  expect(peer.heard).toEqual([]);
});

test("who dialled makes the offers: one that comes is SIGNAL_INVALID, its own goes out as PeerJS's", async () => {
  const { peer, said, negotiation, refused, hear } = stage(true);
  peer.connectionState = "disconnected";
  negotiation.sendOffer({ type: "offer", sdp: sdpOf("0a"), restarts: true });
  expect(said).toMatchObject([
    {
      type: "OFFER",
      dst: "other",
      payload: { type: "data", serialization: "raw", reliable: true, sdp: { restarts: true } },
    },
  ]);
  hear("OFFER", offer());
  await turns();
  expect(refused).toEqual(["SIGNAL_INVALID"]);
  hear("ANSWER", { sdp: { ...offer().sdp, type: "answer" } });
  await turns();
  expect(peer.heard).toEqual(["description"]);
});

test("of one dead path it hears 256 letters", async () => {
  const { peer, hear } = stage(false);
  peer.connectionState = "disconnected";
  hear("OFFER", offer());
  for (let at = 0; at < 500; at += 1) hear("CANDIDATE", candidate);
  await turns();
  expect(peer.heard).toHaveLength(256);
});

test.each([{ ours: false }, { theirs: false }])(
  "where one engine cannot negotiation, nothing stands: %o",
  (engines) => {
    const { negotiation, hear } = stage(true, engines);
    expect(negotiation.isRestartable).toBe(false);
    expect(hear("ANSWER", { sdp: { ...offer().sdp, type: "answer" } })).toBe(false);
  },
);

test("with its connection it is over", async () => {
  const { negotiation, hear, close } = stage(true);
  close();
  await turns();
  expect(negotiation.isRestartable).toBe(false);
  expect(hear("CANDIDATE", candidate)).toBe(false);
});
