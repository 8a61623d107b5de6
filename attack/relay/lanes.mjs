import { decodePacket, encodePacket, joinFrames, splitFrames } from "../../packages/gun-driver/dist/road/packet.js";

const maxLanes = 2_048;
const maxCaptured = 20_000;
const maxFrames = 256;

/**
 * What the relay makes of the packets that pass: which belong to one connection, which frame each carries, and what is
 * done with it. Messages of a connection: 0, 1, 2 its handshake, 3 and 4 the first record of the dialler and of the acceptor.
 */
export class Lanes {
  /** Every value of the honest that passed, as `{ soul, value }`, oldest first. */
  captured = [];
  /** Connections that stood, oldest first. */
  all = [];
  /** Where dials go instead, while set: a soul. */
  redirectTo;
  /** Whose presence does not pass, while set: a peer id. */
  hushed;
  #opens = new Map();
  #byReceiver = new Map();
  /** By the dialler's inbox. */
  #armed = new Map();
  #plant;

  /** @param plant `(soul, value)` puts a packet of the relay's own making */
  constructor(plant) {
    this.#plant = plant;
  }

  /** The next connection that is dialled from this inbox meets the tactic. */
  arm({ inbox, ...tactic }) {
    this.#armed.set(inbox, { ...tactic, applied: 0, lengths: [] });
  }

  /** What became of it: how often it was applied, and the length of each message. */
  disarm({ inbox }) {
    const tactic = this.#armed.get(inbox);
    this.#armed.delete(inbox);
    return { applied: tactic?.applied ?? 0, lengths: tactic?.lengths ?? [] };
  }

  /** An item on its way: the items that pass in its place. */
  pass(item, isOwn) {
    if (item.value === null) return [item];
    if (!isOwn && this.captured.length < maxCaptured) this.captured.push({ soul: item.soul, value: item.value });
    if (!isOwn && this.hushed !== undefined && item.value.includes(this.hushed)) return [];
    const packet = decodeBase64(item.value);
    if (packet === undefined) return [item];
    if (packet.kind === "open") {
      this.#opens.set(packet.from, { inbox: packet.inbox, isOwn });
      if (this.#opens.size > maxLanes) this.#opens.delete(this.#opens.keys().next().value);
      return [{ ...item, soul: isOwn ? item.soul : (this.redirectTo ?? item.soul) }];
    }
    if (packet.kind === "accept") this.#onAccept(packet, item.soul);
    if (packet.kind !== "data") return [item];
    const side = this.#byReceiver.get(packet.to);
    if (side === undefined) return [item];
    return [{ ...item, soul: item.soul, value: this.#onData(side, packet, item) }];
  }

  /** Puts frames behind the last that went to this side, as its peer would. */
  continueWith(side, frames) {
    const packet = { kind: "data", to: side.to, sequence: side.next, ack: side.ack, body: joinFrames(frames) };
    this.#plant(side.soul, toBase64(encodePacket(packet)));
  }

  #onAccept(packet, soul) {
    if (this.#byReceiver.has(packet.to)) return;
    const { inbox, isOwn } = this.#opens.get(packet.to) ?? {};
    const lane = { tactic: this.#armed.get(inbox), inbox, heardAt: performance.now() };
    lane.toAcceptor = makeSide(packet.from, `ss.in.${packet.inbox}`, lane, true);
    lane.toDialler = makeSide(packet.to, soul, lane, false);
    this.#byReceiver.set(packet.from, lane.toAcceptor).set(packet.to, lane.toDialler);
    if (isOwn) return;
    this.all.push(lane);
    if (this.all.length > maxLanes) {
      const old = this.all.shift();
      for (const { to } of [old.toAcceptor, old.toDialler]) this.#byReceiver.delete(to);
    }
  }

  #onData(side, packet, item) {
    side.ack = packet.ack;
    side.lane.heardAt = performance.now();
    const known = side.passed.get(packet.sequence);
    if (known !== undefined) return known;
    side.next = Math.max(side.next, packet.sequence + 1);
    const frames = splitFrames(packet.body) ?? [];
    const changed = frames.flatMap((frame) => this.#onFrame(side, frame));
    const isSame = changed.length === frames.length && changed.every((frame, index) => frame === frames[index]);
    const value = isSame ? item.value : toBase64(encodePacket({ ...packet, body: joinFrames(changed) }));
    side.passed.set(packet.sequence, value);
    if (side.passed.size > 1_024) side.passed.delete(side.passed.keys().next().value);
    return value;
  }

  #onFrame(side, frame) {
    const index = side.count++;
    const message = side.isToAcceptor ? [0, 2, 3][index] : [1, 4][index];
    const copy = Uint8Array.from(frame);
    if (side.frames.length < maxFrames) side.frames.push(copy);
    const { tactic } = side.lane;
    if (tactic === undefined || message === undefined) return [frame];
    tactic.lengths[message] = frame.length;
    if (tactic.message !== message) return [frame];
    const back = side.isToAcceptor ? side.lane.toDialler : side.lane.toAcceptor;
    return tactics[tactic.kind](frame, tactic, () => this.continueWith(back, [copy])) ?? [frame];
  }
}

/** What can be done with a frame. */
const tactics = {
  alter(frame, tactic) {
    if (tactic.position >= frame.length) return undefined;
    tactic.applied++;
    frame[tactic.position] ^= tactic.mask;
    return [frame.slice()];
  },
  /** Comes four times: itself and three copies. */
  repeat(frame, tactic) {
    tactic.applied += 3;
    return [frame, frame.slice(), frame.slice(), frame.slice()];
  },
  /** Goes back to its sender in place of onwards. */
  reflect(_frame, tactic, back) {
    tactic.applied++;
    back();
    return [];
  },
};

function makeSide(to, soul, lane, isToAcceptor) {
  return {
    to,
    soul,
    lane,
    isToAcceptor,
    passed: new Map(),
    frames: [],
    count: 0,
    next: 0,
    ack: { next: 0, beyond: 0 },
  };
}

function decodeBase64(text) {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? decodePacket(Uint8Array.from(Buffer.from(text, "base64"))) : undefined;
}

function toBase64(bytes) {
  return Buffer.from(bytes).toString("base64");
}
