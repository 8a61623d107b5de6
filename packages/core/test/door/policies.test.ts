import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setBounded } from "../../src/door/bounded-map.ts";
import { doorPolicy } from "../../src/door/door-policy.ts";
import { HandshakeGate, maxRates } from "../../src/door/handshake-gate.ts";
import { handshakeOffence, letterOffence, offences } from "../../src/door/offences.ts";
import { PendingPool } from "../../src/door/pending-pool.ts";
import { originOf, rangeOf } from "../../src/door/remote-origin.ts";
import { TokenBucket } from "../../src/door/token-bucket.ts";
import { errorTable } from "../../src/errors/error-table.ts";

const direct = { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 };
const relayed = { ...direct, direct: false };
const random = (float: () => number) => ({ float, bytes: (length: number) => new Uint8Array(length) });

describe("a token bucket", () => {
  test("gives what it holds, refills in time, and never holds more", () => {
    const bucket = new TokenBucket({ capacity: 10, perSecond: 5 }, 0);
    expect(bucket.take(10, 0)).toBe(true);
    expect(bucket.take(1, 0)).toBe(false);
    expect(bucket.take(1, 200)).toBe(true);
    expect(bucket.level(1e9)).toBe(10);
    expect(bucket.debtMs(1e9)).toBe(0);
    expect(bucket.charge(15, 1e9)).toBe(-5);
    expect(bucket.debtMs(1e9)).toBe(1_000);
    expect(bucket.charge(1e9, 1e9)).toBe(-10);
  });

  test("over any run, no more is taken than capacity and refill", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(2_000)), { maxLength: 60 }), (steps) => {
        const bucket = new TokenBucket({ capacity: 20, perSecond: 7 }, 0);
        let now = 0;
        let taken = 0;
        for (const [tokens, waitMs] of steps) {
          now += waitMs;
          if (bucket.take(tokens, now)) taken += tokens;
          expect(taken).toBeLessThanOrEqual(20 + (now * 7) / 1000 + 1e-6);
        }
      }),
    );
  });
});

describe("where a connection comes from", () => {
  test.each([
    ["127.0.0.1:4242", "127.0.0.0/24"],
    ["10.20.30.40", "10.20.30.0/24"],
    ["::ffff:10.20.30.40", "10.20.30.0/24"],
    ["[::ffff:10.20.30.40]:80", "10.20.30.0/24"],
    ["[2001:db8:7::1]:443", "2001:db8:7::/48"],
    ["2001:0DB8:7:1:2:3:4:5", "2001:db8:7::/48"],
    ["::1", "0:0:0::/48"],
    ["fe80::1%eth0", "fe80:0:0::/48"],
    ["256.1.1.1:1", undefined],
    ["1:2:3::4::5", undefined],
    ["alice", undefined],
    ["", undefined],
  ])("%s lies in %s", (remote, range) => {
    expect(rangeOf(remote)).toBe(range);
  });

  test("any string is taken", () => {
    fc.assert(fc.property(fc.string(), (remote) => void rangeOf(remote)));
    fc.assert(
      fc.property(fc.anything(), (remote) => {
        originOf({ transport: "t", remote: remote as string, capabilities: direct });
      }),
    );
  });

  test("a relay's crowd shares no blame, and is limited by the relay", () => {
    const remote = { transport: "gun", remote: "gun:abcd@http://r/gun", rendezvous: "http://r/gun" };
    expect(originOf({ ...remote, capabilities: relayed })).toEqual({ range: undefined, relay: "http://r/gun" });
    expect(originOf({ transport: "x", remote: "ws://r:1/", capabilities: direct }).range).toBeUndefined();
  });

  test("a signalled direct connection answers for its address, never for a name it chose itself", () => {
    const remote = { transport: "rtc", rendezvous: "ws://s", capabilities: direct };
    expect(originOf({ ...remote, remote: "9.8.7.6:5" })).toEqual({ range: "9.8.7.0/24", relay: "ws://s" });
    expect(originOf({ ...remote, remote: "mallory" })).toEqual({ range: undefined, relay: "ws://s" });
  });
});

describe("offences", () => {
  test("another version of an app, another network, a smaller cap: no crime", () => {
    for (const code of ["CHANNEL_UNKNOWN", "MESSAGE_INVALID", "LETTER_TOO_LARGE"]) {
      expect(offences[letterOffence(code) ?? "frameInvalid"]).toEqual({ peer: 0, range: 0 });
    }
    for (const code of ["NETWORK_MISMATCH", "VERSION_UNSUPPORTED"]) {
      expect(offences[handshakeOffence(code) ?? "frameInvalid"]).toEqual({ peer: 0, range: 0 });
    }
  });

  test("what a relay can do to a peer never costs the peer", () => {
    const byCarrier = ["sealBroken", "handshakeFailed", "handshakeTimeout", "legacyPeer", "handshakeRate"] as const;
    for (const offence of byCarrier) expect(offences[offence].peer).toBe(0);
  });

  test("codes that are judged exist", () => {
    for (const code of Object.keys(errorTable)) {
      const offence = letterOffence(code) ?? handshakeOffence(code);
      if (offence !== undefined) expect(Object.keys(offences)).toContain(offence);
    }
  });
});

describe("the handshake gate", () => {
  const { handshakes } = doorPolicy;

  test("one range is held to its rate", () => {
    const gate = new HandshakeGate({ ...handshakes, node: { capacity: 1e9, perSecond: 1 } }, 0);
    const origin = { range: "10.0.0.0/24", relay: undefined };
    const answers = Array.from({ length: 1_000 }, () => gate.knock(origin, 0));
    expect(answers.filter((each) => each === undefined)).toHaveLength(handshakes.range.capacity);
    expect(gate.knock({ range: "10.0.1.0/24", relay: undefined }, 0)).toBeUndefined();
    expect(gate.knock(origin, 1_000)).toBeUndefined();
  });

  test("a relay has a bucket of its own", () => {
    const gate = new HandshakeGate({ ...handshakes, node: { capacity: 1e9, perSecond: 1 } }, 0);
    const by = (relay: string) => gate.knock({ range: undefined, relay }, 0);
    const answers = Array.from({ length: 1_000 }, () => by("a"));
    expect(answers.filter((each) => each === undefined)).toHaveLength(handshakes.relay.capacity);
    expect(by("a")).toBe("relay");
    expect(by("b")).toBeUndefined();
  });

  test("when all is used up, one who was refused and comes back gets in", () => {
    const gate = new HandshakeGate(handshakes, 0);
    for (let i = 0; i < handshakes.node.capacity; i++) gate.knock({ range: `crowd ${i % 4}`, relay: undefined }, 0);
    expect(gate.knock({ range: "crowd 0", relay: undefined }, 0)).toBe("node");
    const honest = { range: "honest", relay: undefined };
    expect(gate.knock(honest, 0)).toBe("node");
    for (let now = 0; now <= 100; now += 1) gate.knock({ range: `new ${now}`, relay: undefined }, now);
    expect(gate.knock(honest, 100)).toBeUndefined();
    const crowd = (now: number) => {
      for (let i = 0; i < 300; i++) gate.knock({ range: `${now} ${i}`, relay: undefined }, now);
    };
    crowd(100);
    expect(gate.knock(honest, 100)).toBe("node");
    crowd(149);
    expect(gate.knock(honest, 149)).toBe("node");
    crowd(150);
    expect(gate.knock(honest, 150)).toBeUndefined();
  });

  test("what is finished takes nothing of the whole, and lets its range in once more past any crowd", () => {
    const gate = new HandshakeGate(handshakes, 0);
    const honest = { range: "honest", relay: undefined };
    for (let i = 0; i < 3 * handshakes.node.capacity; i++) {
      expect(gate.knock(honest, 0)).toBeUndefined();
      gate.proved(honest, 0);
    }
    // More than are remembered: who proved itself is not pushed out.
    for (let i = 0; i < 2 * maxRates; i++) gate.knock({ range: `crowd ${i}`, relay: undefined }, 0);
    expect(gate.knock(honest, 0)).toBeUndefined();
    expect(gate.knock(honest, 0)).toBe("node");
  });

  test("who comes by a relay is let in beside a crowd from everywhere", () => {
    const gate = new HandshakeGate(handshakes, 0);
    const relayed = { range: undefined, relay: "http://r/gun" };
    const crowd = (now: number) => {
      for (let i = 0; i < 100; i++) gate.knock({ range: `${now} ${i}`, relay: undefined }, now);
    };
    crowd(0);
    expect(gate.knock(relayed, 0)).toBe("node");
    crowd(100);
    expect(gate.knock(relayed, 100)).toBeUndefined();
    gate.proved(relayed, 100);
    crowd(101);
    expect(gate.knock(relayed, 101)).toBeUndefined();
    expect(gate.knock(relayed, 101)).toBe("node");
  });

  test("what is not finished gives nothing back", () => {
    const gate = new HandshakeGate(handshakes, 0);
    const crowd = Array.from({ length: 1_000 }, () => gate.knock({ range: "crowd", relay: undefined }, 0));
    expect(crowd.filter((each) => each === undefined)).toHaveLength(handshakes.node.capacity);
  });

  test("varying ranges are held to the whole, and remembered within the cap", () => {
    const gate = new HandshakeGate(handshakes, 0);
    let admitted = 0;
    for (let i = 0; i < 3 * maxRates; i++) {
      if (gate.knock({ range: `range ${i}`, relay: undefined }, 0) === undefined) admitted++;
    }
    expect(admitted).toBe(handshakes.node.capacity);
    expect(gate.remembered).toBe(maxRates);
  });
});

describe("the pool of handshakes under way", () => {
  test("never holds more than its cap", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), (floats) => {
        let at = 0;
        const pool = new PendingPool<number>(
          64,
          random(() => floats[at++ % floats.length] ?? 0),
        );
        for (let i = 0; i < 500; i++) {
          pool.add(i, `range ${i % 3}`);
          expect(pool.size).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("the crowd gives way, not the one from elsewhere", () => {
    let seed = 1;
    const pool = new PendingPool<string>(
      64,
      random(() => {
        seed = (seed * 16_807) % 2_147_483_647;
        return seed / 2_147_483_647;
      }),
    );
    pool.add("honest", "elsewhere");
    for (let i = 0; i < 10_000; i++) expect(pool.add(`crowd ${i}`, "crowd")).not.toBe("honest");
    expect(pool.entries()).toContain("honest");
  });

  test("with everybody from elsewhere, who has just come is not turned out", () => {
    const pool = new PendingPool<number>(
      64,
      random(() => 0.999),
    );
    const stays: number[] = [];
    for (let i = 0; i < 1_000; i++) {
      const gone = pool.add(i, `range ${i}`);
      if (gone !== undefined) stays.push(i - gone);
    }
    expect(Math.min(...stays)).toBeGreaterThanOrEqual(32);
  });

  test("half full, nobody is turned out", () => {
    const pool = new PendingPool<number>(
      64,
      random(() => 0),
    );
    for (let i = 0; i < 32; i++) expect(pool.add(i, "one")).toBeUndefined();
  });
});

test("a bounded map keeps what weighs, as long as it is among few", () => {
  const map = new Map<string, number>();
  setBounded(map, "heavy", 100, 8, (weight) => weight);
  for (let i = 0; i < 1_000; i++) setBounded(map, `light ${i}`, 1, 8, (weight) => weight);
  expect(map.size).toBe(8);
  expect(map.has("heavy")).toBe(true);
  expect(map.has("light 999")).toBe(true);
});
