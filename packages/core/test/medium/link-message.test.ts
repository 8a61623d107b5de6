import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from "../../src/medium/link-message.ts";

const link = fc.record({ number: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), byDialler: fc.boolean() });
const text = fc.string({ maxLength: 60, unit: "grapheme" });
const messages: fc.Arbitrary<LinkMessage> = fc.oneof(
  fc.record({ kind: fc.constantFrom("dial" as const, "take" as const), link }),
  fc.record({ kind: fc.constant("frame" as const), link, frame: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant("credit" as const), link, bytes: fc.nat(2 ** 32 - 1) }),
  fc.record({ kind: fc.constant("close" as const), link, detail: text }),
  fc.constant({ kind: "look" as const }),
  fc.record({ kind: fc.constant("here" as const), peer: text }),
);

test("what is said is heard", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(decodeLinkMessage(encodeLinkMessage(message))).toEqual(message);
    }),
  );
});

test("any bytes are a message or nothing, and never a throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const message = decodeLinkMessage(bytes);
      // Texts may hold what is no UTF-8; all else has one form.
      if (message === undefined || message.kind === "close" || message.kind === "here") return;
      expect(encodeLinkMessage(message)).toEqual(bytes);
    }),
  );
});
