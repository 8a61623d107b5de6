/** The roads of this chat, and how each is cut and healed. */
import { ports, roomPorts, type Swarm } from "@swarm-space/core";

export interface Road {
  /** As the transport calls itself, in receipts too. */
  readonly id: string;
  /** For a person. */
  readonly label: string;
}

/** The best one first, as the preset ranks them before anything was measured. */
export const roads: readonly Road[] = [
  { id: "integrated", label: "WebTorrent" },
  { id: "gun", label: "Gun relay" },
  { id: "peerjs", label: "PeerJS" },
];

/** Closes a road at this node, with every connection on it. */
export async function cutRoad(swarm: Swarm, id: string): Promise<void> {
  const { signal } = new AbortController();
  for (const transport of swarm.get(ports.transport)) if (transport.id === id) await transport.close({ signal });
}

/** Opens it again; whoever comes by it passes the kernel's own door. */
export async function healRoad(swarm: Swarm, id: string): Promise<void> {
  const { signal } = new AbortController();
  const doorman = swarm.get(roomPorts.doorman);
  for (const transport of swarm.get(ports.transport))
    if (transport.id === id) await transport.open((connection) => doorman.admit(connection), { signal });
}
