import { BlockList, isIPv4 } from "node:net";

/** "loopback", "private" (RFC 1918, 3927, 6598), "nobody" (no host's: RFC 1122, 5771, 1112), or "public". */
export type AddressKind = "loopback" | "private" | "nobody" | "public";

const ranges: readonly (readonly [AddressKind, string, number])[] = [
  ["loopback", "127.0.0.0", 8],
  ["private", "10.0.0.0", 8],
  ["private", "172.16.0.0", 12],
  ["private", "192.168.0.0", 16],
  ["private", "169.254.0.0", 16],
  ["private", "100.64.0.0", 10],
  ["nobody", "0.0.0.0", 8],
  ["nobody", "224.0.0.0", 3],
];

/** Of an IPv4 address. Pure. */
export function kindOfAddress(host: string): AddressKind {
  if (!isIPv4(host)) return "nobody";
  for (const [kind, net, bits] of ranges) {
    const list = new BlockList();
    list.addSubnet(net, bits);
    if (list.check(host)) return kind;
  }
  return "public";
}

/**
 * What a DHT that is entered by these nodes may tell of: public hosts, and those of a private network or of this machine only where
 * it is entered there itself. Else a stranger could have us knock at our own network's doors. Pure.
 * @param bootstrap as "host:port"
 */
export function kindsBehind(bootstrap: readonly string[]): ReadonlySet<AddressKind> {
  const kinds = bootstrap.map((entry) => {
    const host = entry.slice(0, entry.lastIndexOf(":"));
    if (host === "localhost") return "loopback";
    return isIPv4(host) ? kindOfAddress(host) : "public";
  });
  return new Set<AddressKind>(["public", ...kinds]);
}
