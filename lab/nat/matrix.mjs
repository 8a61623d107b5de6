/** Kinds of NAT, as `nat-lab.sh` makes them; RFC 4787's mapping and filtering in parentheses. */
export const kinds = [
  "none",
  "full-cone", // endpoint-independent, endpoint-independent
  "addr-restricted", // endpoint-independent, address-dependent
  "port-restricted", // endpoint-independent, address- and port-dependent
  "symmetric", // address- and port-dependent, both
  "udp-blocked",
  "web-only", // TCP to ports 80 and 443
];

/** Every pair of kinds once. */
export function allPairs() {
  return kinds.flatMap((one, at) => kinds.slice(at).map((other) => [one, other]));
}

/** Whether UDP leaves through such a NAT. */
export function takesUdp(kind) {
  return kind !== "udp-blocked" && kind !== "web-only";
}

/** How soon the first letter is to be confirmed, in seconds. */
export function limitOf(pair) {
  return pair.every(takesUdp) ? 5 : 10;
}
