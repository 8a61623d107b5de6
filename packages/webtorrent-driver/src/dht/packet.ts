import bencode from "bencode";

/** A DHT packet fits an Ethernet frame; longer ones are nobody's. */
const maxPacketBytes = 1_500;
const maxNodesBytes = 26 * 64;
const maxPeers = 256;
const maxTokenBytes = 64;
const queries = ["ping", "find_node", "get_peers", "announce_peer"];

/**
 * Whether a packet is one of BEP 5, whole: what bittorrent-dht can bear. It looks into fields without asking what they are, and
 * forgets a question whose answer it cannot read. Values of others (BEP 44) are neither kept nor told. Total and pure.
 */
export function isSoundPacket(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length > maxPacketBytes) return false;
  try {
    const packet = bencode.decode(bytes);
    if (!isDictionary(packet) || !isBytes(packet["t"], 1, 20)) return false;
    const { y, q, a, r, e } = packet;
    if (!isBytes(y, 1, 1)) return false;
    if (y[0] === 0x71) return isBytes(q, 1, 20) && isDictionary(a) && isQuery(new TextDecoder().decode(q), a);
    if (y[0] === 0x72) return isDictionary(r) && isAnswer(r);
    return y[0] === 0x65 && Array.isArray(e) && e.length <= 4;
  } catch {
    return false;
  }
}

function isQuery(name: string, { id, target, info_hash, port, implied_port, token }: Dictionary): boolean {
  if (!queries.includes(name) || !isBytes(id, 20, 20)) return false;
  if (name === "find_node") return isBytes(target, 20, 20);
  if (name === "ping") return true;
  if (!isBytes(info_hash, 20, 20)) return false;
  if (name === "get_peers") return true;
  const isPort = Number.isInteger(port) && Number(port) > 0 && Number(port) <= 65_535;
  return isBytes(token, 1, maxTokenBytes) && (isPort || implied_port === 1);
}

function isAnswer({ id, nodes, values, token }: Dictionary): boolean {
  if (!isBytes(id, 20, 20)) return false;
  if (nodes !== undefined && !(isBytes(nodes, 0, maxNodesBytes) && nodes.length % 26 === 0)) return false;
  if (token !== undefined && !isBytes(token, 1, maxTokenBytes)) return false;
  if (values === undefined) return true;
  // Peers of IPv6 (18 bytes) are passed over by the library.
  return Array.isArray(values) && values.length <= maxPeers && values.every((peer) => isBytes(peer, 6, 18));
}

type Dictionary = Readonly<
  Partial<Record<"t" | "y" | "q" | "a" | "r" | "e" | "id" | "target" | "nodes" | "values" | "token", unknown>> &
    Partial<Record<"info_hash" | "port" | "implied_port", unknown>>
>;

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isBytes(value: unknown, least: number, most: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= least && value.length <= most;
}
