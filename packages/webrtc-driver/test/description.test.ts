import { SwarmError, systemClock } from "@swarm-space/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidatesIn, withoutCandidates } from "../src/description.ts";
import { DescriptionGate } from "../src/description-gate.ts";
import { bindingOf, openWebRtc, parseSignal, successionOf } from "../src/index.ts";
import { CandidateOutlet } from "../src/node/candidate-outlet.ts";
import { nativeIceServers, unusableTurn } from "../src/node/ice-servers.ts";
import { sdpOf } from "./support/fake-peer.ts";

const candidate = "candidate:1 1 UDP 2114977791 127.0.0.1 46984 typ host";

describe("what comes by signalling", () => {
  test("is read as what it is, and no more than that", () => {
    const offer = { type: "offer", sdp: sdpOf("0a") };
    expect(parseSignal({ ...offer, more: 1 })).toEqual(offer);
    expect(parseSignal({ type: "candidate", candidate: `a=${candidate}`, sdpMid: "0" })).toEqual({
      type: "candidate",
      candidate,
      sdpMid: "0",
      sdpMLineIndex: null,
    });
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["text", "v=0"],
    ["no type", { sdp: sdpOf("0a") }],
    ["a rollback", { type: "rollback", sdp: sdpOf("0a") }],
    ["no sdp", { type: "offer" }],
    ["rubbish", { type: "offer", sdp: "rubbish" }],
    ["16 KiB", { type: "offer", sdp: sdpOf("0a") + "a".repeat(16_384) }],
    ["media alone", { type: "offer", sdp: sdpOf("0a").replace("application", "audio") }],
    ["no fingerprint", { type: "offer", sdp: sdpOf("0a").replace("sha-256", "sha-1") }],
    ["two fingerprints", { type: "offer", sdp: `${sdpOf("0a")}a=fingerprint:sha-256 00\r\n` }],
    ["a candidate of two lines", { type: "candidate", candidate: `${candidate}\r\na=x`, sdpMid: "0" }],
    ["a long candidate", { type: "candidate", candidate: `${candidate}${" ".repeat(1_024)}`, sdpMid: "0" }],
    ["no candidate", { type: "candidate", candidate: "rubbish" }],
    ["a strange mid", { type: "candidate", candidate, sdpMid: { toString: () => "0" } }],
    ["a strange index", { type: "candidate", candidate, sdpMLineIndex: -1 }],
  ])("%s is refused by its code", (_what, value) => {
    expect(() => parseSignal(value)).toThrowError(expect.objectContaining({ code: "SIGNAL_INVALID" }));
  });

  test("anything at all is read or refused", () => {
    const part = fc.oneof(fc.anything(), fc.constantFrom("offer", "candidate", sdpOf("0a"), candidate));
    const signals = fc.oneof(fc.anything(), fc.record({ type: part, sdp: part, candidate: part, sdpMid: part }));
    fc.assert(
      fc.property(signals, (value) => {
        try {
          expect(parseSignal(value)).toHaveProperty("type");
        } catch (error) {
          expect(SwarmError.is(error, "SIGNAL_INVALID")).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a further description", () => {
  const session = (byte: string, ufrag: string) => `${sdpOf(byte)}a=ice-ufrag:${ufrag}\r\n`;
  const held = { remoteDescription: { type: "answer", sdp: session("0b", "old") }, signalingState: "stable" } as const;

  test("restarts ICE, or is the answer that is there already", () => {
    const first = { remoteDescription: null, signalingState: "have-local-offer" } as const;
    expect(successionOf(first, { type: "answer", sdp: session("0c", "new") })).toBe("first");
    expect(successionOf(held, { type: "offer", sdp: session("0b", "new") })).toBe("further");
    expect(successionOf(held, { type: "answer", sdp: session("0b", "old") })).toBe("repeated");
    const asking = { ...held, signalingState: "have-local-offer" } as const;
    expect(successionOf(asking, { type: "answer", sdp: session("0b", "new") })).toBe("further");
  });

  test("of another certificate is refused: somebody else would be there", () => {
    for (const type of ["offer", "answer"] as const)
      expect(() => successionOf(held, { type, sdp: session("0c", "new") })).toThrowError(
        expect.objectContaining({ code: "SIGNAL_INVALID" }),
      );
  });

  test("that its engine restarts ICE is read, and nothing else for it", () => {
    const offer = { type: "offer", sdp: sdpOf("0a") };
    expect(parseSignal({ ...offer, restarts: true })).toEqual({ ...offer, restarts: true });
    for (const restarts of [false, "true", 1, {}]) expect(parseSignal({ ...offer, restarts })).toEqual(offer);
  });
});

test("the binding is the same whoever makes it, and another for other fingerprints", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const fingerprints = fc.array(byte, { minLength: 32, maxLength: 32 });
  const sdp = (values: readonly number[]) =>
    `a=fingerprint:sha-256 ${values.map((value) => value.toString(16).padStart(2, "0")).join(":")}\r\n`;
  fc.assert(
    fc.property(fingerprints, fingerprints, fingerprints, (ours, theirs, others) => {
      const binding = bindingOf(sdp(ours), sdp(theirs));
      expect(binding).toHaveLength(64);
      expect(bindingOf(sdp(theirs).toUpperCase().replace("A=FINGERPRINT", "a=fingerprint"), sdp(ours))).toEqual(
        binding,
      );
      fc.pre(others.join() !== theirs.join());
      expect(bindingOf(sdp(ours), sdp(others))).not.toEqual(binding);
    }),
  );
});

test("an offer's candidates are taken out", () => {
  const sdp = `${sdpOf("0a")}a=setup:actpass\r\na=${candidate}\r\na=end-of-candidates\r\na=mid:0\r\n`;
  expect(withoutCandidates(sdp)).toBe(`${sdpOf("0a")}a=setup:actpass\r\na=mid:0\r\n`);
  expect(candidatesIn(sdp)).toEqual([candidate]);
});

test("candidates leave once each, when they may, and null ends them", () => {
  const left: (string | null)[] = [];
  const outlet = new CandidateOutlet((each) => left.push(each?.candidate ?? null));
  outlet.add("a=candidate:1", "0");
  outlet.complete();
  expect(left).toEqual([]);
  outlet.open();
  outlet.open();
  outlet.add("candidate:2", "0");
  expect(left).toEqual(["candidate:1", null]);
  const other = new CandidateOutlet((each) => left.push(each?.candidate ?? null));
  other.open();
  for (const line of ["candidate:3", "a=candidate:3", "candidate:4"]) other.add(line, "0");
  other.end();
  other.complete();
  expect(left).toEqual(["candidate:1", null, "candidate:3", "candidate:4"]);
});

test("64 candidates wait for their description; one more is refused", async () => {
  const gate = new DescriptionGate();
  const waiting = Array.from({ length: 64 }, () => gate.pass());
  await expect(gate.pass()).rejects.toMatchObject({ code: "SIGNAL_INVALID" });
  gate.open();
  await Promise.all([...waiting, gate.pass()]);
});

describe("ICE servers for Node", () => {
  test("as parts, so that a user name with a colon stays whole; what is not spoken there is left out", () => {
    const turn = { username: "1700000000:me", credential: "a@b/c" };
    const urls = ["turn:turn.example.org:3479?transport=udp", "turn:turn.example.org?transport=tcp", "turns:a.example"];
    expect(nativeIceServers([{ urls: "stun:[::1]:19302" }, { urls, ...turn }])).toEqual([
      { hostname: "::1", port: 19_302 },
      {
        hostname: "turn.example.org",
        port: 3_479,
        username: turn.username,
        password: turn.credential,
        relayType: "TurnUdp",
      },
    ]);
  });

  test.each([{ urls: "http://a" }, { urls: "stun:a:99999" }, { urls: "turn:a" }, { urls: "stun:" }])(
    "%o is refused",
    (server) => {
      expect(() => nativeIceServers([server])).toThrowError(expect.objectContaining({ code: "OPTION_INVALID" }));
    },
  );
});

test.each<[string, readonly string[], readonly string[]]>([
  ["over TCP alone", ["turn:a?transport=tcp", "turns:b:443"], ["turn:a?transport=tcp", "turns:b:443"]],
  ["over UDP beside it", ["turn:a?transport=tcp", "turn:a"], []],
  ["none", ["stun:a"], []],
])("TURN %s: what is left out is told where nothing remains", (_how, urls, told) => {
  expect(unusableTurn([{ urls: [...urls], username: "u", credential: "c" }])).toEqual(told);
});

test("an engine that can use no TURN server is told of, and works", async () => {
  const warned: unknown[] = [];
  const log = { warn: (code: string, _text: string, detail?: unknown) => warned.push(code, detail) };
  const iceServers = [{ urls: "turn:127.0.0.1?transport=tcp", username: "u", credential: "secret" }];
  for (const servers of [iceServers, []])
    await (await openWebRtc({ clock: systemClock(), log, iceServers: servers })).close();
  expect(warned).toEqual(["TURN_LEFT_OUT", { turnLeftOut: ["turn:127.0.0.1?transport=tcp"] }]);
});
