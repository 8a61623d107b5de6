import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/road/base64.ts";
import { decodePacket, encodePacket, joinFrames, type Packet, splitFrames } from "../../src/road/packet.ts";
import { decodePresence, encodePresence } from "../../src/road/presence-record.ts";
import { ReceiveWindow } from "../../src/road/receive-window.ts";
import { SendWindow } from "../../src/road/send-window.ts";

const letters = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."ABCxyz019-_"), minLength: length, maxLength: length });
const id = letters(12);
const inbox = letters(24);
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const ack = fc.record({ next: uint32, beyond: uint32 });
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ kind: fc.constant("open" as const), from: id, inbox }),
  fc.record({ kind: fc.constant("accept" as const), to: id, from: id, inbox }),
  fc.record({ kind: fc.constant("data" as const), to: id, sequence: uint32, ack, body: fc.uint8Array() }),
  fc.record({ kind: fc.constant("ack" as const), to: id, ack }),
  fc.record({ kind: fc.constant("close" as const), to: id, detail: fc.string({ maxLength: 30 }) }),
);

test("a packet is read as it was written, through base64", () => {
  fc.assert(
    fc.property(packet, (one) => {
      const bytes = fromBase64(toBase64(encodePacket(one)));
      expect(bytes && decodePacket(bytes)).toEqual(one);
    }),
  );
});

test("any bytes are a packet or nothing, any text is bytes or nothing; neither throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.string(), (bytes, text) => {
      const decoded = decodePacket(bytes);
      if (decoded) expect(decodePacket(encodePacket(decoded))).toEqual(decoded);
      fromBase64(text);
      splitFrames(bytes);
      expect(decodePresence(text)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(packet, fc.nat(), (one, cut) => {
      const bytes = encodePacket(one);
      const half = decodePacket(bytes.subarray(0, cut % bytes.length));
      if (half) expect(["data", "close"]).toContain(half.kind);
    }),
  );
});

test("a base64 frame of the largest size stays within 32 KiB", () => {
  const body = joinFrames([new Uint8Array(24_000)]);
  const bytes = encodePacket({ kind: "data", to: "A".repeat(12), sequence: 0, ack: { next: 0, beyond: 0 }, body });
  expect(toBase64(bytes).length).toBeLessThanOrEqual(32_768);
});

test("frames are split as they were joined", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 })), (frames) => {
      expect(splitFrames(joinFrames(frames))).toEqual(frames);
    }),
  );
});

test("whatever order, loss and repeats the packets suffer, the windows give every frame once and in order", () => {
  const step = fc.record({ pick: fc.nat(), drop: fc.boolean(), again: fc.boolean(), ackLost: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1 }),
      fc.array(step),
      (frames, steps) => {
        const send = new SendWindow({ maxPackets: 8, maxBytes: 200, maxBody: 60 });
        const receive = new ReceiveWindow(8);
        const got: Uint8Array[] = [];
        const deliver = (sequence: number, body: Uint8Array) => {
          for (const ready of receive.take(sequence, body)) got.push(...(splitFrames(ready) ?? []));
        };
        for (const frame of frames) send.push(frame);
        const pump = () => {
          for (let sent = send.next(); sent; sent = send.next()) sent.tries += 1;
        };
        pump();
        for (const { pick, drop, again, ackLost } of steps) {
          const out = [...send.sent];
          const one = out[pick % Math.max(1, out.length)];
          if (one && !drop) deliver(one.sequence, one.body);
          if (one && again) deliver(one.sequence, one.body);
          if (!ackLost) send.acknowledge(receive.ack);
          pump();
          expect([...send.sent].length).toBeLessThanOrEqual(8);
        }
        for (let rounds = 0; send.oldest && rounds < 10_000; rounds += 1) {
          deliver(send.oldest.sequence, send.oldest.body);
          send.acknowledge(receive.ack);
          pump();
        }
        expect(got).toEqual(frames);
        expect([send.queuedBytes, send.sentBytes]).toEqual([0, 0]);
      },
    ),
  );
});

test("an acknowledgement of what was never sent settles nothing", () => {
  const send = new SendWindow({ maxPackets: 8, maxBytes: 200, maxBody: 60 });
  send.push(new Uint8Array(3));
  send.next();
  expect(send.acknowledge({ next: 7, beyond: 0xffff_ffff })).toEqual([]);
  expect(send.sentBytes).toBe(5);
});

test("a presence record is read as it was written; what is too large loses addresses, not its form", () => {
  const address = fc.record({ transport: fc.constantFrom("gun", "peerjs"), value: fc.string({ maxLength: 1_024 }) });
  fc.assert(
    fc.property(fc.array(address, { maxLength: 20 }), fc.integer(), (addresses, expiresAt) => {
      const text = encodePresence({ peer: "a".repeat(52), addresses, expiresAt });
      const read = decodePresence(text);
      expect(text.length).toBeLessThanOrEqual(4_096);
      expect(read?.addresses).toEqual(addresses.slice(0, read?.addresses.length));
      expect(read).toMatchObject({ peer: "a".repeat(52), expiresAt });
    }),
  );
});
