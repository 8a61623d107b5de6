import { type Address, rangeOf } from "@swarm-space/core";

/**
 * The /16 or /48 of an address that holds an IP address, alone, with a port or in a URL. Undefined where it holds none (an id at
 * a server, a key of a relay), and where the range says nothing of who is behind it: loopback and private networks.
 */
export function publicRange({ value }: Pick<Address, "value">): string | undefined {
  const range = rangeOf(hostIn(value), 2);
  return range === undefined || isPrivate(range) ? undefined : range;
}

function hostIn(value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(value)?.[1] ?? value;
}

/** RFC 1918, RFC 1122 (loopback), RFC 3927, RFC 6598; RFC 4193, RFC 4291 (link-local, loopback). */
function isPrivate(range: string): boolean {
  const [first = 0, second = 0] = range.split(".").map(Number);
  if (range.includes(":")) return /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(range) || range === "0:0:0::/48";
  if (first === 10 || first === 127 || first === 0) return true;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 100) return second >= 64 && second < 128;
  return (first === 192 && second === 168) || (first === 169 && second === 254);
}
