import type { Connection } from "../ports/transport.ts";

/** Where a connection comes from, as far as it can be held against anybody. */
export interface Origin {
  /**
   * Who shares the blame: the /24 or /48 of an address, or the name that a transport without rendezvous gives.
   * Undefined where the remote is only what the other side says of itself, or where a relay carries many.
   */
  readonly range: string | undefined;
  /** The relay or server it came by. It is limited in rate and never graylisted: everybody behind it would suffer. */
  readonly relay: string | undefined;
}

const maxNameLength = 128;

/** The origin of a connection. Pure and total: `remote` may be any string. */
export function originOf(connection: Pick<Connection, "transport" | "remote" | "rendezvous" | "capabilities">): Origin {
  const { transport, rendezvous } = connection;
  const remote = typeof connection.remote === "string" ? connection.remote.slice(0, maxNameLength) : "";
  const relay = rendezvous?.slice(0, maxNameLength) ?? (remote.includes("://") ? remote : undefined);
  const relayed = relay !== undefined && (!connection.capabilities.direct || rendezvous === undefined);
  if (relayed) return { range: undefined, relay };
  const range = rangeOf(remote);
  if (range !== undefined) return { range, relay };
  return { range: relay === undefined ? `${transport}:${remote}` : undefined, relay };
}

/**
 * The range of an IP address, with or without port: of an IPv4 one its first octets (three: the /24; two: the /16), of an IPv6
 * one the /48. Undefined for what is no address.
 */
export function rangeOf(remote: string, octets: 2 | 3 = 3): string | undefined {
  const host = hostOf(remote);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(mapped?.[1] ?? host);
  if (four !== null) {
    const parts = four.slice(1).map(Number);
    return parts.every((part) => part <= 255) ? networkOf(parts, octets) : undefined;
  }
  const groups = groupsOf(host);
  return groups === undefined ? undefined : `${groups.slice(0, 3).join(":")}::/48`;
}

function networkOf(parts: readonly number[], octets: 2 | 3): string {
  return `${parts.map((part, at) => (at < octets ? part : 0)).join(".")}/${8 * octets}`;
}

function hostOf(remote: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(remote);
  const host = bracketed?.[1] ?? (remote.split(":").length === 2 ? (remote.split(":")[0] ?? "") : remote);
  return host.split("%")[0] ?? host;
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), without leading zeros. */
function groupsOf(host: string): readonly string[] | undefined {
  const halves = host.split("::");
  if (!host.includes(":") || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
