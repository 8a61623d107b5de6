import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerBinding } from "../../src/stun/binding.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
const source = { address: "192.0.2.1", port: 32_853 };

/** RFC 5769, 2.1: a request with SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, MESSAGE-INTEGRITY and FINGERPRINT. */
const sampleRequest = hex(`
  00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 00240004 6e0001ff
  80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249
  c1b571a2 80280004 e57a3bcf`);
/** RFC 5769, 2.2 and 2.3: the answers to it, for IPv4 and IPv6. */
const sampleAnswers = {
  "192.0.2.1": hex(`
    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96`),
  "2001:db8:1234:5678:11:2233:4455:6677": hex(`
    01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147 0113a9fa
    a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c`),
};

function attributesOf(message: Uint8Array): ReadonlyMap<number, string> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const found = new Map<number, string>();
  for (let at = 20; at < message.length; ) {
    const length = view.getUint16(at + 2);
    found.set(view.getUint16(at), Buffer.from(message.subarray(at + 4, at + 4 + length)).toString("hex"));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

const bare = hex("00010000 2112a442 b7e7a701 bc34d686 fa87dfae");
const withAttributes = (text: string) => {
  const more = hex(text);
  const packet = Uint8Array.from([...bare, ...more]);
  new DataView(packet.buffer).setUint16(2, more.length);
  return packet;
};

describe("a Binding request", () => {
  test.each(Object.entries(sampleAnswers))("from %s is answered as RFC 5769 does", (address, sample) => {
    const answer = answerBinding(sampleRequest, { address, port: 32_853 }) ?? new Uint8Array();
    expect(Buffer.from(answer.subarray(0, 2)).toString("hex")).toBe("0101");
    expect(answer.subarray(4, 20)).toEqual(sampleRequest.subarray(4, 20));
    expect(answer.length - 20).toBe(new DataView(answer.buffer).getUint16(2));
    expect(attributesOf(answer).get(0x0020)).toBe(attributesOf(sample).get(0x0020));
    expect(attributesOf(answer).has(0x8028)).toBe(true);
  });

  test("through a dual socket is answered as IPv4, and without a fingerprint where it has none", () => {
    const mapped = answerBinding(bare, { address: "::ffff:192.0.2.1", port: 32_853 });
    expect(mapped).toEqual(answerBinding(bare, source));
    expect(attributesOf(mapped ?? bare)).toEqual(new Map([[0x0020, "0001a147e112a643"]]));
    expect(attributesOf(answerBinding(bare, { address: "fe80::1%eth0", port: 1 }) ?? bare).get(0x0020)).toMatch(
      /^0002/,
    );
  });

  test("that asks for what must be understood and is not is told what", () => {
    // CHANGE-REQUEST of RFC 5780, and one nobody knows
    const answer = answerBinding(withAttributes("0003 0004 00000006 7ffe 0001 aa000000"), source) ?? bare;
    expect(Buffer.from(answer.subarray(0, 2)).toString("hex")).toBe("0111");
    expect(attributesOf(answer)).toEqual(
      new Map([
        [0x0009, "00000414"],
        [0x000a, "00037ffe"],
      ]),
    );
  });
});

describe("no answer", () => {
  const wrongFingerprint = Uint8Array.from(sampleRequest, (byte, at) =>
    at === sampleRequest.length - 1 ? byte ^ 1 : byte,
  );
  test.each([
    ["nothing", new Uint8Array()],
    ["an answer, as reflected traffic is", sampleAnswers["192.0.2.1"]],
    ["an indication", Uint8Array.from([0, 0x11, ...bare.subarray(2)])],
    ["another method", Uint8Array.from([0, 0x03, ...bare.subarray(2)])],
    ["no magic cookie, as of RFC 3489", Uint8Array.from([...bare.subarray(0, 4), 0, ...bare.subarray(5)])],
    ["a length that is not there", Uint8Array.from([0, 1, 0, 4, ...bare.subarray(4)])],
    ["a packet that ends early", sampleRequest.subarray(0, 40)],
    ["an attribute longer than the packet", withAttributes("8022 0008 00000000")],
    ["a wrong fingerprint", wrongFingerprint],
    ["a fingerprint that is not last", withAttributes("8028 0004 00000000 8022 0000")],
    ["a packet beyond the limit of a path", withAttributes(`8022 0210 ${"00".repeat(528)}`)],
    ["rubbish", Uint8Array.from({ length: 64 }, (_, at) => at * 37)],
  ])("to %s", (_name, packet) => expect(answerBinding(packet, source)).toBeUndefined());

  test("to a source that is no address", () => {
    for (const address of ["", "nonsense", "1:2:3", "1::2::3:4:5:6:7:8:9"]) {
      expect(answerBinding(bare, { address, port: 1 }), address).toBeUndefined();
    }
  });
});

test("whatever comes is answered by at most 32 bytes more than it had, or not at all, and never throws", () => {
  const attribute = fc
    .tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ maxLength: 24 }))
    .map(([type, value]) => {
      const bytes = new Uint8Array(4 + Math.ceil(value.length / 4) * 4);
      new DataView(bytes.buffer).setUint16(0, type);
      new DataView(bytes.buffer).setUint16(2, value.length);
      bytes.set(value, 4);
      return Buffer.from(bytes).toString("hex");
    });
  const request = fc.array(attribute, { maxLength: 12 }).map((parts) => withAttributes(parts.join("")));
  const spoilt = fc.tuple(request, fc.nat(), fc.nat({ max: 255 })).map(([packet, at, byte]) => {
    const copy = packet.slice();
    copy[at % copy.length] = byte;
    return copy;
  });
  let answered = 0;
  fc.assert(
    fc.property(fc.oneof(request, spoilt, fc.uint8Array({ maxLength: 600 })), fc.ipV6(), (packet, address) => {
      for (const from of [source, { address, port: 9 }]) {
        const answer = answerBinding(packet, from);
        if (!answer) continue;
        answered += 1;
        expect(answer.length).toBeLessThanOrEqual(packet.length + 32);
        expect(answer.length % 4).toBe(0);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(answered).toBeGreaterThan(500);
});
