import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { joinBytes, textBytes } from "../../src/security/bytes.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import {
  checkLinkHello,
  encodeLinkHello,
  encodeLinkProof,
  linkPrologue,
  openLinkProof,
  type ProofReader,
  type Prover,
} from "../../src/security/link-payload.ts";
import { noiseHandshake } from "../../src/security/noise-xx.ts";

const suite = nodeCryptoSuite();
const alice = identityFromSecret(new Uint8Array(32).fill(1));
const mallory = identityFromSecret(new Uint8Array(32).fill(66));
const instance = { epoch: 1_700_000_000_000, nonce: "00ff00ff00ff00ff" };
const context = {
  network: "net",
  transport: "gun",
  initiator: true,
  staticKey: new Uint8Array(32).fill(3),
  transcript: new Uint8Array(32).fill(4),
};
const prover: Prover = { ...context, identity: alice, instance };
const codeOf = (run: () => unknown): unknown => {
  try {
    run();
    return "accepted";
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("link hello", () => {
  test("the same network passes; each mismatch has its own code", () => {
    expect(codeOf(() => checkLinkHello(encodeLinkHello("net"), "net"))).toBe("accepted");
    expect(codeOf(() => checkLinkHello(encodeLinkHello("Net"), "net"))).toBe("NETWORK_MISMATCH");
    for (const version of [0, 2, 99, "1", null, {}]) {
      expect(codeOf(() => checkLinkHello(encode(["swarm-space", version, new Uint8Array(8)]), "net"))).toBe(
        "VERSION_UNSUPPORTED",
      );
    }
    expect(codeOf(() => checkLinkHello(encode(["swarm-space", 1, "net"]), "net"))).toBe("NETWORK_MISMATCH");
    expect(codeOf(() => checkLinkHello(textBytes('{"type":"hello"}'), "net"))).toBe("LEGACY_PEER");
  });

  test("any bytes: a code of the three", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.anything().map(safeEncode)), (bytes) => {
        expect(["LEGACY_PEER", "VERSION_UNSUPPORTED", "NETWORK_MISMATCH"]).toContain(
          codeOf(() => checkLinkHello(bytes, "net")),
        );
      }),
    );
  });

  test("does not say the network's name", () => {
    const hello = Buffer.from(encodeLinkHello("canary-network"));
    expect(hello.includes("canary")).toBe(false);
  });
});

function safeEncode(value: unknown): Uint8Array {
  try {
    return encode(["swarm-space", value, value]);
  } catch {
    return new Uint8Array();
  }
}

describe("link proof", () => {
  test("proves peer, instance and extra", async () => {
    const extra = textBytes("letter key");
    const proof = await encodeLinkProof({ ...prover, extra, binding: Uint8Array.of(1, 2) });
    expect(openLinkProof(proof, { ...context, binding: Uint8Array.of(1, 2) })).toEqual({
      peer: alice.id,
      instance,
      extra,
    });
  });

  test("is good for one network, transport, role, static key and run alone", async () => {
    const proof = await encodeLinkProof(prover);
    const others: Partial<ProofReader>[] = [
      { network: "other" },
      { transport: "peerjs" },
      { initiator: false },
      { staticKey: new Uint8Array(32).fill(5) },
      { transcript: new Uint8Array(32).fill(5) },
    ];
    expect(codeOf(() => openLinkProof(proof, context))).toBe("accepted");
    for (const other of others)
      expect(codeOf(() => openLinkProof(proof, { ...context, ...other }))).toBe("HANDSHAKE_FAILED");
    // The signature is what refuses: with a verifier that believes all, each would pass.
    const verifier = { verify: () => true };
    for (const other of others)
      expect(codeOf(() => openLinkProof(proof, { ...context, ...other, verifier }))).toBe("accepted");
  });

  test("another's name cannot be put on it", async () => {
    const stolen = await encodeLinkProof({
      ...prover,
      identity: { id: alice.id, sign: (domain, bytes) => mallory.sign(domain, bytes) },
    });
    expect(codeOf(() => openLinkProof(stolen, context))).toBe("HANDSHAKE_FAILED");
  });

  test("bindings are compared where both sides have one", async () => {
    const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
    const bound = await encodeLinkProof({ ...prover, binding: one });
    const unbound = await encodeLinkProof(prover);
    expect(codeOf(() => openLinkProof(bound, { ...context, binding: one }))).toBe("accepted");
    expect(codeOf(() => openLinkProof(bound, context))).toBe("accepted");
    expect(codeOf(() => openLinkProof(unbound, { ...context, binding: one }))).toBe("accepted");
    expect(codeOf(() => openLinkProof(bound, { ...context, binding: two }))).toBe("HANDSHAKE_FAILED");
  });

  test("a bit changed anywhere is refused", async () => {
    const proof = await encodeLinkProof({ ...prover, extra: textBytes("e"), binding: Uint8Array.of(7) });
    for (let at = 0; at < proof.length; at += 1) {
      const altered = Uint8Array.from(proof);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(codeOf(() => openLinkProof(altered, context))).toBe("HANDSHAKE_FAILED");
      expect(codeOf(() => openLinkProof(proof.subarray(0, at), context))).toBe("HANDSHAKE_FAILED");
    }
    expect(codeOf(() => openLinkProof(joinBytes(proof, Uint8Array.of(0)), context))).toBe("HANDSHAKE_FAILED");
  });

  test("any bytes and any structure: one code", () => {
    const field = fc.oneof(
      fc.anything(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constant(1),
      fc.constant(null),
    );
    const structure = fc.array(field, { minLength: 6, maxLength: 8 }).map((list) => {
      try {
        return encode([1, ...list]);
      } catch {
        return new Uint8Array();
      }
    });
    const deep = new Uint8Array(16_000).fill(0x81);
    expect(codeOf(() => openLinkProof(deep, context))).toBe("HANDSHAKE_FAILED");
    expect(codeOf(() => openLinkProof(undefined as never, context))).toBe("HANDSHAKE_FAILED");
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), structure), (bytes) => {
        expect(codeOf(() => openLinkProof(bytes, context))).toBe("HANDSHAKE_FAILED");
      }),
      { numRuns: 300 },
    );
  });

  test("what cannot be proven is refused at our own door", async () => {
    for (const wrong of [
      { instance: { epoch: -1, nonce: instance.nonce } },
      { instance: { epoch: 1, nonce: "xyz" } },
      { extra: new Uint8Array(8_193) },
      { binding: new Uint8Array(1_025) },
    ]) {
      await expect(encodeLinkProof({ ...prover, ...wrong })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
  });

  test("through a whole handshake, and a man in the middle gets nothing", async () => {
    const bob = identityFromSecret(new Uint8Array(32).fill(2));
    const prologue = linkPrologue("net", "gun");
    const sides = [alice, bob].map((identity, at) => {
      const own = suite.keyPair();
      return { identity, own, handshake: noiseHandshake({ suite, initiator: at === 0, prologue, static: own }) };
    });
    const [a, b] = sides;
    if (a === undefined || b === undefined) throw new Error("two sides");
    checkLinkHello(b.handshake.readMessage(a.handshake.writeMessage(encodeLinkHello("net"))), "net");
    const prove = (side: typeof a, initiator: boolean): Promise<Uint8Array> =>
      encodeLinkProof({
        network: "net",
        transport: "gun",
        initiator,
        identity: side.identity,
        instance,
        staticKey: side.own.publicKey,
        transcript: side.handshake.transcript(),
      });
    const read = (side: typeof a, message: Uint8Array, initiator: boolean): string => {
      const transcript = side.handshake.transcript();
      const payload = side.handshake.readMessage(message);
      const staticKey = side.handshake.remoteStatic ?? new Uint8Array();
      return openLinkProof(payload, { network: "net", transport: "gun", initiator, staticKey, transcript }).peer;
    };
    const proofOfBob = await prove(b, false);
    expect(read(a, b.handshake.writeMessage(proofOfBob), false)).toBe(bob.id);
    // Alice, dishonest, turns Bob's proof to a third: her own static and another run stand in its place.
    expect(
      codeOf(() =>
        openLinkProof(proofOfBob, {
          network: "net",
          transport: "gun",
          initiator: false,
          staticKey: a.own.publicKey,
          transcript: a.handshake.transcript(),
        }),
      ),
    ).toBe("HANDSHAKE_FAILED");
    expect(read(b, a.handshake.writeMessage(await prove(a, true)), true)).toBe(alice.id);
    expect(a.handshake.split().sendKey).toEqual(b.handshake.split().receiveKey);
  });
});
