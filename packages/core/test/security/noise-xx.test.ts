import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import type { CryptoSuite, KeyPair } from "../../src/ports/crypto-suite.ts";
import { textBytes } from "../../src/security/bytes.ts";
import { nobleSuite } from "../../src/security/noble-suite.ts";
import { maxNoiseMessageBytes, noiseCipher } from "../../src/security/noise-cipher.ts";
import { type NoiseHandshake, noiseHandshake, noiseProtocolName } from "../../src/security/noise-xx.ts";
import { loadNoiseC } from "./noise-c.ts";
import { playVector } from "./noise-play.ts";
import { goldenVector, publishedVectors } from "./noise-vectors.ts";

const suites: Record<string, CryptoSuite> = { noble: nobleSuite(), node: nodeCryptoSuite() };
const suite = nodeCryptoSuite();
const prologue = textBytes("prologue");
const none = new Uint8Array();

function pair(o: { prologue?: Uint8Array; initiatorStatic?: KeyPair } = {}): readonly [NoiseHandshake, NoiseHandshake] {
  return [
    noiseHandshake({ suite, initiator: true, prologue, static: o.initiatorStatic ?? suite.keyPair() }),
    noiseHandshake({ suite, initiator: false, prologue: o.prologue ?? prologue, static: suite.keyPair() }),
  ];
}
const failed = expect.objectContaining({ code: "HANDSHAKE_FAILED" });

/** Runs the three messages, each through `alter` on its way. */
function run(
  [a, b]: readonly [NoiseHandshake, NoiseHandshake],
  alter = (message: Uint8Array, _at: number) => message,
): void {
  b.readMessage(alter(a.writeMessage(textBytes("one")), 0));
  a.readMessage(alter(b.writeMessage(textBytes("two")), 1));
  b.readMessage(alter(a.writeMessage(textBytes("three")), 2));
}

describe("Noise XX: vectors", () => {
  for (const [name, each] of Object.entries(suites)) {
    test(`our own, made with noise-c (${name})`, () => expect(playVector(each, goldenVector())).toEqual([]));
  }
  const folder = process.env["NOISE_VECTORS"];
  for (const [vectorName, vector] of folder ? publishedVectors(folder) : []) {
    for (const [name, each] of Object.entries(suites)) {
      test(`published: ${vectorName} (${name})`, () => expect(playVector(each, vector)).toEqual([]));
    }
  }
  test("a vector with one wrong byte is noticed", () => {
    const vector = goldenVector();
    vector.resp_prologue[0] = 0;
    expect(() => playVector(suite, vector)).toThrow(failed);
  });
});

describe("Noise XX: with noise-c.wasm", () => {
  for (const [name, each] of Object.entries(suites)) {
    for (const oursInitiates of [true, false]) {
      test(`${name}, ours ${oursInitiates ? "initiates" : "responds"}`, async () => {
        const noise = await loadNoiseC();
        const role = oursInitiates ? noise.constants.NOISE_ROLE_RESPONDER : noise.constants.NOISE_ROLE_INITIATOR;
        const theirStatic = each.keyPair();
        const ourStatic = each.keyPair();
        const theirs = noise.HandshakeState(noiseProtocolName, role);
        theirs.Initialize(prologue, theirStatic.secretKey);
        const ours = noiseHandshake({ suite: each, initiator: oursInitiates, prologue, static: ourStatic });
        for (let at = 0; at < 3; at += 1) {
          const payload = textBytes(`payload ${at}`);
          if ((at % 2 === 0) === oursInitiates)
            expect(theirs.ReadMessage(ours.writeMessage(payload), true)).toEqual(payload);
          else expect(ours.readMessage(theirs.WriteMessage(payload))).toEqual(payload);
        }
        expect(ours.remoteStatic).toEqual(theirStatic.publicKey);
        const theirHash = theirs.GetHandshakeHash();
        const [theirSend, theirReceive] = theirs.Split();
        const keys = ours.split();
        expect(theirHash).toEqual(keys.handshakeHash);
        const [send, receive] = [noiseCipher(each, keys.sendKey), noiseCipher(each, keys.receiveKey)];
        for (let at = 0; at < 5; at += 1) {
          const [ad, plain] = [textBytes(`ad ${at}`), new Uint8Array(at * 1000).fill(at)];
          expect(theirReceive.DecryptWithAd(ad, send.encrypt(ad, plain))).toEqual(plain);
          expect(receive.decrypt(ad, theirSend.EncryptWithAd(ad, plain))).toEqual(plain);
        }
      });
    }
  }
});

describe("Noise XX: rules", () => {
  test("both learn the other's static key and agree on keys", () => {
    const sides = pair();
    expect(sides.map((side) => side.phase)).toEqual(["write", "read"]);
    run(sides);
    expect(sides.map((side) => side.phase)).toEqual(["done", "done"]);
    const [a, b] = sides.map((side) => side.split());
    expect(a?.sendKey).toEqual(b?.receiveKey);
    expect(a?.receiveKey).toEqual(b?.sendKey);
    expect(a?.sendKey).not.toEqual(a?.receiveKey);
    expect(sides.map((side) => side.phase)).toEqual(["over", "over"]);
  });

  test("a bit changed at any place of any message ends the run, and it stays ended", () => {
    const lengths = [0, 1, 2].map((at) => {
      let length = 0;
      run(pair(), (message, which) => {
        if (which === at) length = message.length;
        return message;
      });
      return length;
    });
    lengths.forEach((length, target) => {
      for (let place = 0; place < length; place += 1) {
        const sides = pair();
        const flip = (message: Uint8Array, at: number): Uint8Array => {
          if (at !== target) return message;
          const copy = Uint8Array.from(message);
          copy[place] = (copy[place] ?? 0) ^ 0x40;
          return copy;
        };
        expect(() => run(sides, flip)).toThrow(failed);
        const over = sides.filter((side) => side.phase === "over");
        expect(over).toHaveLength(1);
        for (const side of over) {
          expect(() => side.writeMessage(none)).toThrow(failed);
          expect(() => side.readMessage(none)).toThrow(failed);
          expect(() => side.split()).toThrow(failed);
        }
      }
    });
  });

  test("another prologue ends it at the second message", () => {
    const [a, b] = pair({ prologue: textBytes("Prologue") });
    b.readMessage(a.writeMessage(none));
    const second = b.writeMessage(none);
    expect(() => a.readMessage(second)).toThrow(failed);
  });

  test("any bytes in place of any message: a payload, or a typed end", () => {
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 32, maxLength: 400 }));
    fc.assert(
      fc.property(garbage, fc.nat(2), (bytes, target) => {
        const sides = pair();
        try {
          run(sides, (message, at) => (at === target ? bytes : message));
          expect.fail("garbage made a handshake");
        } catch (error) {
          expect(error).toMatchObject({ code: "HANDSHAKE_FAILED" });
        }
      }),
    );
    for (const low of [new Uint8Array(32), Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0))]) {
      const [, b] = pair();
      b.readMessage(low);
      expect(() => b.writeMessage(none)).toThrow(failed);
    }
    for (const nonsense of [undefined, null, "text", 7, { length: 40 }]) {
      const [, b] = pair();
      expect(() => b.readMessage(nonsense as never)).toThrow(failed);
    }
  });

  test("out of turn, or too early a split, ends it", () => {
    for (const wrong of [(h: NoiseHandshake) => h.readMessage(none), (h: NoiseHandshake) => h.split()]) {
      const [a] = pair();
      expect(() => wrong(a)).toThrow(failed);
      expect(a.phase).toBe("over");
    }
    const sides = pair();
    run(sides);
    sides[0].split();
    expect(() => sides[0].split()).toThrow(failed);
  });

  test("65,535 bytes pass and one more does not, in each message", () => {
    const overhead = [32, 32 + 48 + 16, 48 + 16];
    for (let target = 0; target < 3; target += 1) {
      for (const over of [0, 1]) {
        const sides = pair();
        const room = maxNoiseMessageBytes - (overhead[target] ?? 0) + over;
        const play = (): void => {
          for (let at = 0; at < 3; at += 1) {
            const [from, to] = at % 2 === 0 ? sides : [sides[1], sides[0]];
            to.readMessage(from.writeMessage(new Uint8Array(at === target ? room : 0)));
          }
        };
        if (over === 0) expect(play).not.toThrow();
        else expect(play).toThrow(expect.objectContaining({ code: "FRAME_TOO_LARGE" }));
      }
    }
    const [, b] = pair();
    expect(() => b.readMessage(new Uint8Array(maxNoiseMessageBytes + 1))).toThrow(failed);
  });

  test("the ephemeral secret is wiped at the end, the caller's static is not", () => {
    for (const end of ["split", "abandon", "failure"] as const) {
      const [initiatorStatic, ephemeral] = [suite.keyPair(), suite.keyPair()];
      const a = noiseHandshake({ suite, initiator: true, prologue, static: initiatorStatic, ephemeral });
      const b = noiseHandshake({ suite, initiator: false, prologue, static: suite.keyPair() });
      if (end === "failure") expect(() => a.split()).toThrow(failed);
      else run([a, b]);
      if (end === "split") a.split();
      else a.abandon();
      a.abandon();
      expect(ephemeral.secretKey).toEqual(new Uint8Array(32));
      expect(initiatorStatic.secretKey).not.toEqual(new Uint8Array(32));
    }
  });
});

describe("Noise cipher", () => {
  const key = new Uint8Array(32).fill(9);
  test("a counter that is used up is refused in both directions, and not before", () => {
    for (const each of Object.values(suites)) {
      const last = Number.MAX_SAFE_INTEGER - 1;
      const [send, receive] = [noiseCipher(each, key, last), noiseCipher(each, key, last)];
      expect(receive.decrypt(none, send.encrypt(none, prologue))).toEqual(prologue);
      const exhausted = expect.objectContaining({ code: "SEAL_EXHAUSTED" });
      expect(() => send.encrypt(none, prologue)).toThrow(exhausted);
      expect(() => receive.decrypt(none, prologue)).toThrow(exhausted);
    }
  });

  test("a broken seal does not move the counter", () => {
    const [send, receive] = [noiseCipher(suite, key), noiseCipher(suite, key)];
    const sealed = send.encrypt(none, prologue);
    expect(() => receive.decrypt(prologue, sealed)).toThrow(expect.objectContaining({ code: "SEAL_BROKEN" }));
    expect(receive.decrypt(none, sealed)).toEqual(prologue);
    expect(() => receive.decrypt(none, sealed)).toThrow(expect.objectContaining({ code: "SEAL_BROKEN" }));
  });

  test("rekey: both sides or neither; the counter stays", () => {
    const [send, receive, behind] = [
      noiseCipher(suite, key, 4),
      noiseCipher(suite, key, 4),
      noiseCipher(suite, key, 4),
    ];
    send.rekey();
    receive.rekey();
    const sealed = send.encrypt(none, prologue);
    expect(() => behind.decrypt(none, sealed)).toThrow(expect.objectContaining({ code: "SEAL_BROKEN" }));
    expect(receive.decrypt(none, sealed)).toEqual(prologue);
    expect(suite.cipher(suite.rekey(key)).open(4, none, sealed)).toEqual(prologue);
  });

  test("65,535 bytes with the tag and no more; nothing after wiping", () => {
    const cipher = noiseCipher(suite, key);
    expect(cipher.encrypt(none, new Uint8Array(maxNoiseMessageBytes - 16))).toHaveLength(maxNoiseMessageBytes);
    const large = expect.objectContaining({ code: "FRAME_TOO_LARGE" });
    expect(() => cipher.encrypt(none, new Uint8Array(maxNoiseMessageBytes - 15))).toThrow(large);
    expect(() => cipher.decrypt(none, new Uint8Array(maxNoiseMessageBytes + 1))).toThrow();
    cipher.wipe();
    cipher.wipe();
    expect(() => cipher.encrypt(none, prologue)).toThrow();
  });
});
