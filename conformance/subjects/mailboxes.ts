import { systemRandom } from "@swarm-space/core";
import { MemoryMailboxes, VirtualClock } from "@swarm-space/testkit";
import {
  type MailboxCapabilities,
  type MailboxHarness,
  mailboxConformance,
  virtualTime,
} from "@swarm-space/testkit/conformance";
import { encodeLetterValue, maxLetterBytes } from "../../packages/gun-driver/src/road/letter-value.ts";
import { createTopics } from "../../packages/gun-driver/src/road/topics.ts";
import { type GunNode, openGunPlace } from "../gun-place.ts";
import { type LocalRelay, openRelayServer } from "../relay-server.ts";
import type { Subject } from "../subject.ts";
import { network, newPeer } from "../wired-plugin.ts";

const everything: MailboxCapabilities = { kept: true, skip: true, away: true, rubbish: true, full: true };

export function memoryMailboxHarness(): MailboxHarness {
  const clock = new VirtualClock();
  const random = systemRandom();
  const keeper = new MemoryMailboxes({ clock });
  return {
    open: (peer = newPeer(random)) => ({ peer, mailbox: keeper.of(peer), close: () => undefined }),
    newPeer: () => newPeer(random),
    maxLetterBytes: keeper.maxLetterBytes,
    time: virtualTime(clock),
    kept: () => keeper.size,
    skipMs: (ms) => clock.stepWall(ms),
    async takeKeeperAway() {
      keeper.isAway = true;
      return () => {
        keeper.isAway = false;
      };
    },
    dispose: () => undefined,
  };
}

export const memoryMailbox: Subject = {
  name: "memory-mailbox",
  conform: (runner, form) =>
    mailboxConformance({
      runner,
      form,
      create: memoryMailboxHarness,
      capabilities: { ...everything, rubbish: "letters go by reference: there is no listener to write bytes to" },
    }),
};

/** Values that are no letters. */
const noLetters = ["", ".", "zz", "{}", "%.AAAA", "zzzzzzzzz.AAAA", "zzzzzzzz.*", "0.AAAA", "zzzzzzzz."];

export async function gunMailboxHarness(): Promise<MailboxHarness> {
  const relays: LocalRelay[] = [];
  const place = await openGunPlace(async (clock, random) => {
    const relay = await openRelayServer(clock, random);
    relays.push(relay);
    return relay;
  });
  const open = async (node: GunNode) => {
    const { signal } = new AbortController();
    await node.transport.open(() => undefined, { signal });
    return { ...node, close: () => node.transport.close({ signal }) };
  };
  return {
    open: (peer) => open(place.makeNode(peer)),
    newPeer: () => place.newPeer(),
    maxLetterBytes,
    limits: { settleMs: 50, patienceMs: 20_000 },
    kept: () => relays[0]?.letters() ?? 0,
    skipMs: (ms) => place.skipMs(ms),
    takeKeeperAway: () => place.takeRelayAway(),
    async throwRubbish(to) {
      const soul = await createTopics(network, undefined).mailboxOf(to);
      const stranger = await place.stranger();
      const [relay] = stranger.relays();
      const expired = encodeLetterValue(new TextEncoder().encode("past its time"), 60_000);
      const items = [...noLetters, expired].map((value, index) => ({ key: `rubbish-${index}`, value, state: 1 }));
      if (relay !== undefined) stranger.put(relay.url, soul, items);
      await stranger.close();
    },
    dispose: () => place.dispose(),
  };
}

export const gunMailbox: Subject = {
  name: "gun-mailbox",
  conform: (runner, form) => mailboxConformance({ runner, form, create: gunMailboxHarness, capabilities: everything }),
};
