import { roomPorts } from "@swarm-space/core";
import { expect } from "vitest";
import { claims, rowText } from "../../../bench/seed-table/claims.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import { type Place, roadsTo } from "../support/place.ts";

const patient = { ttlMs: 20_000 };
/** Seconds of the seed's backoff would be waited for here. */
const impatient = { resilience: { baseBackoffMs: 50, maxBackoffMs: 200 } };

/** "Performance Characteristics": each row with that way alone. Figures behind each cell: `npm run bench -- seed-table`. */
export function performance({ heading }: HeadingBook, place: () => Place): void {
  heading("## Performance Characteristics", ({ promise }) => {
    promise(["| Transport | Latency | Reliability | NAT Traversal | Offline Support |"], () => {
      expect(claims.map(({ transport }) => transport)).toEqual([
        "Integrated (WebRTC)",
        "Integrated (Gun)",
        "Gun Standalone",
        "PeerJS",
      ]);
    });
    for (const claim of claims) {
      promise(
        [rowText(claim)],
        async () => {
          const relay = await place().relay();
          const { integrated, gun, ...rest } = claim.options;
          const o = {
            ...rest,
            ...impatient,
            network: claim.road.replace("/", "-"),
            servers: { ...place().servers, gunRelays: [relay.url] },
            integrated: integrated ?? {},
            gun: gun ?? {},
          };
          const [anna, bert] = [await place().node(o), await place().node(o)];
          await anna.swarm.start();
          // Offline support: what is said before the other is there waits for it.
          const early = anna.chat.send(bert.swarm.id, { text: "early" }, patient);
          await bert.swarm.start();
          expect(await early).toMatchObject({ status: "confirmed" });
          expect(roadsTo(anna, bert)).toContain(`${claim.road} carries`);
          // NAT traversal: by a relay neither side is reached from outside; WebRTC tries to.
          const links = anna.swarm.get(roomPorts.book).links(bert.swarm.id);
          for (const { link } of links)
            expect(link.connection.capabilities.direct).toBe(claim.road.endsWith("/direct"));
          // Latency.
          const elapsedMs: number[] = [];
          for (let at = 0; at < 21; at += 1)
            elapsedMs.push((await anna.chat.send(bert.swarm.id, { text: `${at}` }, patient)).elapsedMs);
          expect(elapsedMs.sort((one, other) => one - other)[10]).toBeLessThanOrEqual(claim.latencyMs);
          // Reliability: the way fails under letters, and comes back.
          const cut = [anna, bert].flatMap(({ channels }) => Object.values(channels));
          if (claim.road.endsWith("/direct")) for (const channels of cut) channels.cut();
          else await relay.stop();
          const meanwhile = [0, 1, 2].map((at) => anna.chat.send(bert.swarm.id, { text: `late ${at}` }, patient));
          if (claim.road.endsWith("/direct")) for (const channels of cut) channels.heal();
          else await relay.start();
          await Promise.all(meanwhile);
          await expect
            .poll(() => bert.heard.map(({ text }) => text).filter((text) => text.startsWith("late")), {
              timeout: 15_000,
            })
            .toEqual(["late 0", "late 1", "late 2"]);
        },
        30_000,
      );
    }
  });
}
