import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { openWebRtc as openInPage } from "../src/browser-engine.ts";
import { openWebRtc } from "../src/index.ts";
import { clock } from "./support/ends.ts";

// simple-peer names servers of its own unless it is given a list: an empty one leaves it to the engine.

test("in Node a peer connection with an empty list of servers asks those of its engine", async () => {
  const stun = createSocket("udp4").bind(0, "127.0.0.1");
  await once(stun, "listening");
  const iceServers = [{ urls: `stun:127.0.0.1:${stun.address().port}` }];
  const engine = await openWebRtc({ clock, bindAddress: "127.0.0.1", iceServers });
  const peer = new (engine.wrtc("trickle").RTCPeerConnection)({ iceServers: [] });
  peer.createDataChannel("frames");
  const [[question]] = await Promise.all([
    once(stun, "message"),
    peer.createOffer().then((offer) => peer.setLocalDescription(offer)),
  ]);
  // A binding request (RFC 8489 §5).
  expect([...question.subarray(0, 2)]).toEqual([0, 1]);
  await engine.close();
  stun.close();
});

const pageClasses = ["RTCPeerConnection", "RTCSessionDescription", "RTCIceCandidate"];
afterEach(() => {
  for (const name of pageClasses) Reflect.deleteProperty(globalThis, name);
});

test("in a page it has those of its engine, and keeps what it names itself", async () => {
  const given: (RTCConfiguration | undefined)[] = [];
  class Browsers {
    constructor(configuration?: RTCConfiguration) {
      given.push(configuration);
    }
    close() {}
  }
  for (const name of pageClasses) Reflect.set(globalThis, name, Browsers);
  const [own, named] = [[{ urls: "stun:127.0.0.1:1" }], [{ urls: "stun:127.0.0.1:2" }]];
  const engine = await openInPage({ clock, iceServers: own });
  const { RTCPeerConnection } = engine.wrtc("trickle");
  for (const configuration of [undefined, {}, { iceServers: [] }, { iceServers: named }])
    new RTCPeerConnection(configuration);
  expect(given.map((configuration) => configuration?.iceServers)).toEqual([own, own, own, named]);
  await engine.close();
});
