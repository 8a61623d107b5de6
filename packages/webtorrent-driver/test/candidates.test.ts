import { SeededRandom } from "@swarm-space/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Candidates, candidateRules } from "../src/candidates.ts";

const infoHash = "0".repeat(40);
const rangeOf = (host: string) => (host.startsWith("127.") ? undefined : host.split(".").slice(0, 2).join("."));
const make = (more: object = {}) => new Candidates({ ...candidateRules, rangeOf, ...more });

test("a range, and a host, may tell of a few; this machine's of as many as fit", () => {
  const candidates = make();
  const reasons = Array.from({ length: 20 }, (_, at) => candidates.note({ host: `8.8.${at}.1`, port: 1, infoHash }, 0));
  expect(reasons.filter((reason) => reason === undefined)).toHaveLength(candidateRules.mostPerRange);
  const ports = Array.from({ length: 10 }, (_, at) => candidates.note({ host: "9.9.9.9", port: at + 1, infoHash }, 0));
  expect(ports.filter((reason) => reason === undefined)).toHaveLength(candidateRules.mostPerHost);
  for (let port = 1; port <= 300; port += 1) candidates.note({ host: "127.0.0.1", port, infoHash }, 0);
  expect(candidates.size).toBe(candidateRules.most);
});

test("thousands of false ones: memory stays bounded, and an honest one that is told again is dialled in the end", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const candidates = make();
      const random = new SeededRandom(String(seed));
      const honest = { host: "11.11.11.11", port: 1, infoHash };
      let now = 0;
      for (let round = 0; round < 3_000; round += 1) {
        now += 300;
        for (let at = 0; at < 4; at += 1) {
          const number = round * 4 + at;
          const host = `${20 + (number % 200)}.${(number >> 3) % 250}.${number % 250}.1`;
          candidates.note({ host, port: 1 + (number % 60_000), infoHash }, now);
        }
        candidates.note(honest, now);
        expect(candidates.size).toBeLessThanOrEqual(candidateRules.most);
        const taken = candidates.take(now, random.float());
        if (taken?.host === honest.host) return;
        if (taken) candidates.settle(taken, false, now);
      }
      throw new Error("the honest one was never dialled");
    }),
    { numRuns: 5, verbose: 1 },
  );
});

test("nobody is dialled twice at once; who was silent is left alone ever longer; who was met is asked again", () => {
  const candidates = make();
  const one = { host: "8.8.8.8", port: 1, infoHash };
  candidates.note(one, 0);
  expect(candidates.take(0, 0)).toMatchObject(one);
  expect(candidates.take(0, 0)).toBeUndefined();
  candidates.settle(one, false, 0);
  expect(candidates.take(9_999, 0)).toBeUndefined();
  expect(candidates.take(10_000, 0)).toMatchObject(one);
  candidates.settle(one, false, 10_000);
  expect(candidates.take(29_999, 0)).toBeUndefined();
  expect(candidates.take(30_000, 0)).toMatchObject(one);
  candidates.settle(one, true, 30_000);
  expect(candidates.take(30_001, 0)).toBeUndefined();
  candidates.refresh(30_001);
  expect(candidates.take(30_001, 0)).toMatchObject(one);
  candidates.forget(one);
  candidates.refresh(1e9);
  expect(candidates.take(1e9, 0)).toBeUndefined();
});
