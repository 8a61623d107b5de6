import { type Clock, type Connection, SwarmError, type Target } from "@swarm-space/core";
import { type GunClient, type IdSource, normalizeRelayUrl } from "@swarm-space/gun-driver";
import type { Mail } from "./mail.ts";
import { encodePacket, isInbox } from "./packet.ts";
import type { Switchboard } from "./switchboard.ts";
import { inboxSoul, type Topics } from "./topics.ts";

export interface DialParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly client: GunClient;
  readonly mail: Mail;
  readonly switchboard: Switchboard;
  readonly topics: Topics;
  readonly dialTimeoutMs: number;
  inboxOf(relay: string): string | undefined;
}

/** Where a dial is put. */
interface Way {
  readonly relay: string;
  readonly soul: string;
}

const firstRepeatMs = 350;

/** The inboxes and relays a target's addresses name: on their own relay where we know it, else on every one. */
export function waysOf(target: Target, relays: readonly string[]): readonly Way[] {
  const ways: Way[] = [];
  for (const address of target.addresses) {
    if (address.transport !== "gun" || !isInbox(address.value)) continue;
    const soul = inboxSoul(address.value);
    const named = address.rendezvous === undefined ? undefined : normalizeRelayUrl(address.rendezvous);
    if (named !== undefined && relays.includes(named)) ways.push({ relay: named, soul });
    // Relays pass on to each other: another one may reach the inbox too.
    else ways.push(...relays.map((relay) => ({ relay, soul })));
    if (ways.length >= 64) break;
  }
  return ways;
}

/** Dials a target. Rejects with PEER_ABSENT, TRANSPORT_UNAVAILABLE, DIAL_FAILED or the signal's reason. */
export async function dial(parts: DialParts, target: Target, signal: AbortSignal): Promise<Connection> {
  const { client, topics, switchboard } = parts;
  signal.throwIfAborted();
  const relays = client.relays().map((relay) => relay.url);
  const addressed = waysOf(target, relays);
  const wellKnown = target.peer === undefined ? undefined : await topics.wellKnown(target.peer);
  signal.throwIfAborted();
  const everywhere = wellKnown === undefined ? [] : relays.map((relay) => ({ relay, soul: wellKnown }));
  const first = addressed.length > 0 ? addressed : everywhere;
  if (first.length === 0) throw new SwarmError("PEER_ABSENT", "The target names nothing that Gun could reach");
  if (!first.some(({ relay }) => client.isUp(relay))) throw unavailable(parts, first);
  if (switchboard.full) throw new SwarmError("DIAL_FAILED", "Too many connections through Gun");
  // Who moved to another inbox is still heard at its well-known one.
  const second = everywhere.filter(({ relay }) => first.some((way) => way.relay === relay));
  return await wait(parts, first, addressed.length > 0 ? second : [], signal);
}

function unavailable(parts: DialParts, ways: readonly Way[]): SwarmError {
  const away = [...new Set(ways.map((way) => way.relay))];
  const why = parts.client.relays().find((relay) => away.includes(relay.url))?.lastError ?? "not linked";
  return new SwarmError("TRANSPORT_UNAVAILABLE", `No relay to dial through: ${why}`, { detail: { relays: away } });
}

function wait(
  parts: DialParts,
  first: readonly Way[],
  later: readonly Way[],
  signal: AbortSignal,
): Promise<Connection> {
  const { clock, client, ids, mail, switchboard, dialTimeoutMs } = parts;
  const id = ids.next();
  const put: { readonly way: Way; readonly key: string }[] = [];
  return new Promise<Connection>((resolve, reject) => {
    let repeat: Disposable | undefined;
    const end = (settle: () => void) => {
      remove();
      repeat?.[Symbol.dispose]();
      timeout[Symbol.dispose]();
      unwatch();
      signal.removeEventListener("abort", onAbort);
      for (const { way, key } of put) mail.discard(way.relay, way.soul, [key]);
      settle();
    };
    const onAbort = () => end(() => reject(signal.reason));
    const remove = switchboard.addDialing(id, {
      onAccept: (connection) => end(() => resolve(connection)),
      onRefused: (detail) => end(() => reject(new SwarmError("DIAL_FAILED", `The peer refused: ${detail}`))),
    });
    const unwatch = client.onRelay(() => {
      if (!first.some(({ relay }) => client.isUp(relay))) end(() => reject(unavailable(parts, first)));
    });
    const timeout = clock.timer(dialTimeoutMs, () =>
      end(() => reject(new SwarmError("PEER_ABSENT", `Nobody answered within ${dialTimeoutMs} ms`))),
    );
    const open = (ways: readonly Way[], delayMs: number) => {
      for (const way of ways) {
        const inbox = parts.inboxOf(way.relay);
        if (inbox === undefined) continue;
        const key = mail.put(way.relay, way.soul, encodePacket({ kind: "open", from: id, inbox }));
        if (key !== undefined) put.push({ way, key });
      }
      repeat = clock.timer(delayMs, () => open([...first, ...later], delayMs * 1.6));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    open(first, firstRepeatMs);
  });
}
