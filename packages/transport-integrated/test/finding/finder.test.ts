import { activeResources, leakedSince } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import { engines, FindingPlace, Presence } from "./support/place.ts";

describe.each(engines)("%s", (engine) => {
  test.each([["dht"], ["tracker"]] as const)("two who start together meet by the %s, both ways", async (by) => {
    await using place = await FindingPlace.open();
    const [one, other] = [await place.node({ by: [by], engine }), await place.node({ by: [by], engine })];
    await using first = new Presence(one);
    await using second = new Presence(other);
    const t = performance.now();
    await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
    console.log(by, performance.now() - t, one.finder.status(), one.refused);
  });
});
