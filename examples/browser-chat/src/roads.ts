/** The roads of this chat as a plain list: one entry more is one transport more. */
import { type PluginUse, ports, roomPorts, type Swarm, use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";
import peerjs from "@swarm-space/transport-peerjs";

export interface Road {
  /** As the transport calls itself, in receipts too. */
  readonly id: string;
  /** For a person. */
  readonly label: string;
  readonly plugin: PluginUse;
}

/** @param o.relay URL of a Gun relay; `peerServer`: of a PeerServer */
export function roadsBy({ relay, peerServer }: { relay: string; peerServer: string }): readonly Road[] {
  // A stock server lists nobody, and a page's console would say so each time; peers meet by rendezvous, and by Gun.
  const listPeers = false;
  return [
    { id: "peerjs", label: "PeerJS", plugin: use(peerjs, { servers: [peerServer], listPeers }) },
    { id: "gun", label: "Gun relay", plugin: use(gun, { relays: [relay] }) },
  ];
}

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
