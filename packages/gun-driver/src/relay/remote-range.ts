/** Whom a remote address stands for: an IPv4 address itself, of IPv6 the /64 that one line has. */
export function remoteRange(remote: string): string {
  const [address = ""] = remote.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address.slice(0, 64);
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const last = tail?.split(":").filter(Boolean) ?? [];
  while (groups.length + last.length < 8) groups.push("0");
  const network = [...groups, ...last].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
