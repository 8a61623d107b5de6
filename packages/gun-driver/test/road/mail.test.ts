import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { type GunClient, IdSource } from "../../src/index.ts";
import { fromBase64 } from "../../src/road/base64.ts";
import type { Carrier } from "../../src/road/carrier.ts";
import { Mail } from "../../src/road/mail.ts";
import { decodePacket } from "../../src/road/packet.ts";
import { VirtualConnection } from "../../src/road/virtual-connection.ts";

/** A relay as far as mail sees it: the newest state of each key, and the kinds of packets that came. */
function stage() {
  const clock = new VirtualClock();
  const lies = new Map<string, { readonly state: number; readonly value: string | null }>();
  const kinds: string[] = [];
  const client: Pick<GunClient, "put" | "bufferedBytes"> = {
    bufferedBytes: () => 0,
    put: (_relay, _soul, items) => {
      for (const { key, value, state } of items) {
        if (state > (lies.get(key)?.state ?? 0)) lies.set(key, { value, state });
        const bytes = value === null ? undefined : fromBase64(value);
        const packet = bytes && decodePacket(bytes);
        if (packet) kinds.push(packet.kind);
      }
      return true;
    },
  };
  const mail = new Mail(client, clock, new IdSource(new SeededRandom("mail")));
  const left = () => [...lies.values()].filter(({ value }) => value !== null).length;
  return { clock, mail, kinds, left };
}

function connect(clock: VirtualClock, carrier: Carrier): VirtualConnection {
  const parts = { frameBytes: 1_024, bufferBytes: 16_384, graceMs: 500, lostMs: 8_000, probeMs: 10_000 };
  return new VirtualConnection({ transport: "gun", ...parts, clock, carrier, remoteId: "R".repeat(12) });
}

test("a connection that closed leaves no key at its relay: its last word neither", async () => {
  const { clock, mail, kinds, left } = stage();
  const connection = connect(
    clock,
    mail.carrier("ws://relay/gun", "inbox", () => {}),
  );
  connection.send(new Uint8Array(100));
  await clock.advance(10);
  await connection.close("enough");
  // Long enough for whoever hears the relay late.
  await clock.advance(1_000);
  expect(kinds).toEqual(["data", "close"]);
  expect(left()).toBe(1);
  await clock.advance(10_000);
  expect(left()).toBe(0);
  expect(clock.pending).toBe(0);
});

test("mail that closes ends the last words at once", async () => {
  const { clock, mail, kinds, left } = stage();
  const connection = connect(
    clock,
    mail.carrier("ws://relay/gun", "inbox", () => {}),
  );
  await connection.close("enough");
  mail.close();
  expect(kinds).toEqual(["close"]);
  expect([left(), clock.pending]).toEqual([0, 0]);
});
