/** A raw data channel of the driver's engine, as an application without the kernel would use it. */
import { Negotiation } from "@swarm-space/webrtc-driver";
import { smallText } from "../letters.mjs";

const highWaterBytes = 1_048_576;
const lowWaterBytes = 262_144;
/** A coalesced message begins with its length. */
const headBytes = 2;
export const smallBytes = 100;

/** Answers each link that is offered: counts messages until as many came as a text announced, or gives them back. */
export function answerRaw(engine, signals, name) {
  const links = new Map();
  signals.join(name, ({ from, link, signal }) => {
    if (!links.has(link)) {
      const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
      const send = (value) => signals.send({ from: name, to: from, link, signal: value });
      links.set(link, new Negotiation(peer, send));
      peer.addEventListener("datachannel", ({ channel }) => serve(channel));
      peer.addEventListener("connectionstatechange", () => {
        if (["closed", "failed", "disconnected"].includes(peer.connectionState)) {
          links.delete(link);
          peer.close();
        }
      });
    }
    void links.get(link).receive(signal);
  });
}

function serve(channel) {
  let order = { echo: false, awaited: 0 };
  channel.binaryType = "arraybuffer";
  channel.addEventListener("message", ({ data }) => {
    if (typeof data === "string") order = JSON.parse(data);
    else if (order.echo) channel.send(new Uint8Array(data));
    else {
      order.awaited -= order.coalesced ? partsOf(data) : 1;
      if (order.awaited <= 0) channel.send("all");
    }
  });
}

/** Takes a coalesced message apart, as its reader must. */
function partsOf(data) {
  const bytes = new Uint8Array(data);
  const view = new DataView(data);
  let count = 0;
  let seen = 0;
  for (let at = 0; at < bytes.length; count++) {
    const length = view.getUint16(at);
    seen += bytes.subarray(at + headBytes, at + headBytes + length).byteLength;
    at += headBytes + length;
  }
  return seen > 0 ? count : 0;
}

/** Dials, and resolves when the channel is open. */
export async function dialRaw(engine, signals, { from, to, link }) {
  const peer = new (engine.wrtc("trickle").RTCPeerConnection)();
  const channel = peer.createDataChannel("frames");
  channel.binaryType = "arraybuffer";
  const negotiation = new Negotiation(peer, (signal) => signals.send({ from, to, link, signal }));
  const leave = signals.join(from, (envelope) => void negotiation.receive(envelope.signal));
  const opened = new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
  await negotiation.offer();
  await opened;
  leave();
  negotiation.close();
  return { channel, close: () => peer.close() };
}

/** Messages a second, of so many bytes; `perMessage` of them are coalesced to one. */
export async function burstRaw(channel, { count, bytes, perMessage = 1 }) {
  const coalesced = perMessage > 1;
  const all = new Promise((resolve) => {
    const hear = ({ data }) => {
      if (data !== "all") return;
      channel.removeEventListener("message", hear);
      resolve();
    };
    channel.addEventListener("message", hear);
  });
  channel.bufferedAmountLowThreshold = lowWaterBytes;
  const body = new Uint8Array(bytes).fill(smallText.charCodeAt(0));
  channel.send(JSON.stringify({ awaited: count, coalesced }));
  const started = performance.now();
  for (let sent = 0; sent < count; sent += perMessage) {
    const many = Math.min(perMessage, count - sent);
    channel.send(coalesced ? coalesce(body, many) : body);
    if (channel.bufferedAmount > highWaterBytes)
      await new Promise((resolve) => channel.addEventListener("bufferedamountlow", resolve, { once: true }));
  }
  await all;
  return (count * 1000) / (performance.now() - started);
}

function coalesce(body, many) {
  const message = new Uint8Array(many * (headBytes + body.length));
  const view = new DataView(message.buffer);
  for (let at = 0; at < message.length; at += headBytes + body.length) {
    view.setUint16(at, body.length);
    message.set(body, at + headBytes);
  }
  return message;
}

/** Gives a function that sends a message and resolves with its echo. */
export function echoOf(channel) {
  channel.send(JSON.stringify({ echo: true }));
  const body = new Uint8Array(smallBytes).fill(1);
  return () =>
    new Promise((resolve) => {
      channel.addEventListener("message", resolve, { once: true });
      channel.send(body);
    });
}
