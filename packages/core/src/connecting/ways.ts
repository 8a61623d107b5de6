import type { Way } from "../ports/routing.ts";
import type { Address, Connection, RoadId, Target, Transport } from "../ports/transport.ts";
import { addressKey } from "./address-book.ts";

/** A way with what its dial needs. */
export interface DialableWay {
  readonly way: Way;
  readonly transport: Transport;
  readonly target: Target;
  readonly address?: Address;
}

/** Every way that could lead to a target now: by each transport, road and known address. Pure. */
export function waysTo(target: Target, transports: readonly Transport[]): DialableWay[] {
  const ways: DialableWay[] = [];
  for (const transport of transports) {
    const own = target.addresses.filter((address) => address.transport === transport.id);
    const served = new Set<string>();
    for (const address of own) {
      const key = address.rendezvous ?? address.value;
      if (served.has(key)) continue;
      served.add(key);
      const one: Target =
        target.peer === undefined ? { addresses: [address] } : { peer: target.peer, addresses: [address] };
      for (const road of transport.roadsTo(one)) ways.push(dialable(one, transport, road, address));
    }
    if (own.length > 0 || target.peer === undefined) continue;
    const bare: Target = { peer: target.peer, addresses: [] };
    for (const road of transport.roadsTo(bare)) ways.push(dialable(bare, transport, road));
  }
  return ways;
}

function dialable(target: Target, transport: Transport, road: RoadId, address?: Address): DialableWay {
  const peer = target.peer ?? (address ? addressKey(address) : "");
  const capabilities = transport.capabilitiesOf?.(target, road);
  const way: Way = {
    peer,
    transport: transport.id,
    road,
    connected: false,
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(address?.rendezvous === undefined ? {} : { rendezvous: address.rendezvous }),
  };
  return address === undefined ? { way, transport, target } : { way, transport, target, address };
}

/** The way of a connection that was dialled: by the peer's id alone, only the connection tells whom it depends on. */
export function wayOf({ rendezvous, ...way }: Way, connection: Pick<Connection, "rendezvous">): Way {
  const dependsOn = rendezvous ?? connection.rendezvous;
  return dependsOn === undefined ? way : { ...way, rendezvous: dependsOn };
}

/** Ways worth a dial beside those that stand: on roads of their own. One by the id alone may lead to any rendezvous of its road. */
export function beside(standing: readonly Way[], ways: readonly DialableWay[]): DialableWay[] {
  const covered = new Set(standing.flatMap((way) => [roadKey(way), roadKey({ ...way, rendezvous: undefined })]));
  return ways.filter(({ way }) => !covered.has(roadKey(way)));
}

/** Ways that depend on no rendezvous of those whose medium is away, and are none of their roads. Pure. */
export function byNoneOf(away: readonly Way[], ways: readonly DialableWay[]): DialableWay[] {
  if (away.length === 0) return [...ways];
  const rendezvous = new Set(away.map((way) => way.rendezvous));
  return beside(away, ways).filter(({ way }) => way.rendezvous === undefined || !rendezvous.has(way.rendezvous));
}

/** Whether they are of more than one transport. Pure. */
export function areApart(standing: readonly Way[]): boolean {
  return new Set(standing.map(({ transport }) => transport)).size > 1;
}

/** Ways that do not fail together with those that stand: of another transport, and by no rendezvous that one of them depends on. Pure. */
export function apartFrom(standing: readonly Way[], ways: readonly DialableWay[]): DialableWay[] {
  const transports = new Set(standing.map(({ transport }) => transport));
  const rendezvous = new Set(standing.map((way) => way.rendezvous ?? ""));
  const isApart = ({ way }: DialableWay) =>
    !transports.has(way.transport) && (way.rendezvous === undefined || !rendezvous.has(way.rendezvous));
  return ways.filter(isApart);
}

interface RoadName extends Pick<Way, "transport" | "road"> {
  readonly rendezvous?: string | undefined;
}

/** Ways that share this fail together. */
export function roadKey({ transport, road, rendezvous }: RoadName): string {
  return `${transport} ${road} ${rendezvous ?? ""}`;
}

/** Names one way to one peer. */
export function wayKey(way: Pick<Way, "transport" | "road" | "rendezvous" | "peer">): string {
  return `${roadKey(way)} ${way.peer}`;
}

/** Names a target: by its peer, else by its first address. Undefined: it has neither. */
export function targetKey({ peer, addresses }: Target): string | undefined {
  return peer ?? (addresses[0] === undefined ? undefined : addressKey(addresses[0]));
}
