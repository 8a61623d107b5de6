import { type Clock, type Connection, SwarmError, type Target, type TransportId } from "@swarm-space/core";
import type { GunClient } from "../client.ts";
import type { IdSource } from "../id-source.ts";
import { normalizeRelayUrl } from "../relay-url.ts";
import type { Mail } from "./mail.ts";
import { encodePacket, isInbox } from "./packet.ts";
import type { Switchboard } from "./switchboard.ts";
import { inboxSoul, type Topics } from "./topics.ts";

export interface DialParts {
  readonly transport: TransportId;
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
export interface Way {
  readonly relay: string;
  readonly soul: string;
}

export const firstRepeatMs = 350;

/** The inboxes and relays a target's addresses name: on their own relay where we know it, else on every one. */
function addressedWays(transport: TransportId, target: Target, relays: readonly string[]): readonly Way[] {
  const ways: Way[] = [];
  for (const address of target.addresses) {
    if (address.transport !== transport || !isInbox(address.value)) continue;
    const soul = inboxSoul(address.value);
    const named = address.rendezvous === undefined ? undefined : normalizeRelayUrl(address.rendezvous);
    if (named !== undefined && relays.includes(named)) ways.push({ relay: named, soul });
    // Relays pass on to each other: another one may reach the inbox too.
    else ways.push(...relays.map((relay) => ({ relay, soul })));
    if (ways.length >= 64) break;
  }
  return ways;
}

/** Where a target hears: at first, and from the second time on too. */
export interface Ways {
  readonly first: readonly Way[];
  readonly later: readonly Way[];
}

/**
 * Where to ask for a target.
 * @throws SwarmError `PEER_ABSENT` it names nothing that Gun could reach; `TRANSPORT_UNAVAILABLE` no such relay is linked
 */
export async function waysTo(
  { transport, client, topics }: Pick<DialParts, "transport" | "client" | "topics">,
  target: Target,
): Promise<Ways> {
  const relays = client.relays().map((relay) => relay.url);
  const addressed = addressedWays(transport, target, relays);
  const wellKnown = target.peer === undefined ? undefined : await topics.wellKnown(target.peer);
  const everywhere = wellKnown === undefined ? [] : relays.map((relay) => ({ relay, soul: wellKnown }));
  const first = addressed.length > 0 ? addressed : everywhere;
  if (first.length === 0) throw new SwarmError("PEER_ABSENT", "The target names nothing that Gun could reach");
  if (!first.some(({ relay }) => client.isUp(relay))) throw unavailable(client, first);
  // Who moved to another inbox is still heard at its well-known one.
  const later = everywhere.filter(({ relay }) => first.some((way) => way.relay === relay));
  return { first, later: addressed.length > 0 ? later : [] };
}

/** Dials a target. Rejects with PEER_ABSENT, TRANSPORT_UNAVAILABLE, DIAL_FAILED or the signal's reason. */
export async function dial(parts: DialParts, target: Target, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const { first, later } = await waysTo(parts, target);
  signal.throwIfAborted();
  if (parts.switchboard.full) throw new SwarmError("DIAL_FAILED", "Too many connections through Gun");
  return await wait(parts, first, later, signal);
}

/** None of the relays that could lead there is linked. */
export function unavailable(client: GunClient, ways: readonly Way[]): SwarmError {
  const away = [...new Set(ways.map((way) => way.relay))];
  const why = client.relays().find((relay) => away.includes(relay.url))?.lastError ?? "not linked";
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
      if (!first.some(({ relay }) => client.isUp(relay))) end(() => reject(unavailable(client, first)));
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
