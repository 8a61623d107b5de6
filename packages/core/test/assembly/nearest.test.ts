import { describe, expect, it } from "vitest";
import { nearest } from "../../src/assembly/nearest.ts";

const names = ["@swarm-space/transport-gun", "@swarm-space/store-idb", "@swarm-space/resilience", "plain-plugin"];

describe("nearest", () => {
  it.each([
    ["relais", ["relays", "serve"], "relays"],
    ["wiht", ["use", "with"], "with"],
    ["RELAYS", ["relays"], "relays"],
    ["maxLeterBytes", ["maxLetterBytes", "outboxBytes"], "maxLetterBytes"],
    ["@swarm-space/resiliense", names, "@swarm-space/resilience"],
    ["transport-gnu", names, "@swarm-space/transport-gun"],
    ["@swarmspace/transport-gun", names, "@swarm-space/transport-gun"],
    ["plain-plugn", names, "plain-plugin"],
  ])("takes %j of %j for %j", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  it.each([
    ["@swarm-space/transport-peerjs", names],
    ["swarm-space-transport-pigeon", names],
    ["@swarm-space/transport-gun", names],
    ["colour", ["relays", "serve"]],
    ["", ["a"]],
    ["x".repeat(5000), ["x".repeat(5000), "xx"]],
  ])("finds nothing near %j", (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });
});
