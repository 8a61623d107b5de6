import type { Address, CryptoSuite, PeerId, Random, Target } from "@swarm-space/core";
import { digestOf } from "@swarm-space/core/medium";
import type { ServerAddress } from "./server-url.ts";

/** PeerJS's own rule (its `validateId`), and a bound that it lacks. */
const anyId = /^[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*$/;
const maxIdLength = 128;
const ownId = /^([a-z2-7]{52})(?:-[a-z2-7]{8})?$/;
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** Whether PeerJS takes it for an id. Ids of other apps are: who is there is learnt by the handshake. */
export function isPeerjsId(text: string): boolean {
  return text.length <= maxIdLength && anyId.test(text);
}

/** Where a target is by PeerJS: as it says itself, else by the peer's own id at whatever server. */
export function peerjsAddress({ addresses, peer }: Target): Pick<Address, "value" | "rendezvous"> | undefined {
  const own = peer === undefined ? undefined : { value: peer };
  return addresses.find(({ transport, value }) => transport === "peerjs" && isPeerjsId(value)) ?? own;
}

/** Where somebody is by this id. */
export function addressAt({ url }: Pick<ServerAddress, "url">, id: string): Address {
  return { transport: "peerjs", value: id, rendezvous: url };
}

/** Who would be at this id, by its form. A hint. */
export function peerOf(id: string): PeerId | undefined {
  return ownId.exec(id)?.[1];
}

/**
 * The id of a further instance of an identity. The first one at a server has the peer id itself, so that it can be dialled
 * by that alone; another tab, or one that is back before the server noticed that it was gone, has a random end behind it.
 */
export function furtherId(peer: PeerId, random: Random): string {
  return `${peer}-${letters(random.bytes(8))}`;
}

/**
 * The ids under which nodes of a network meet: hashes, so that a server that does not know the network's name cannot tell
 * what they are for. @param suite the kernel's, else WebCrypto
 */
export function rendezvousIds(
  network: string,
  slots: number,
  suite: CryptoSuite | undefined,
): Promise<readonly string[]> {
  const idOf = async (_: unknown, slot: number) =>
    letters(await digestOf(`swarm-space peerjs rendezvous\0${network}\0${slot}`, suite));
  return Promise.all(Array.from({ length: slots }, idOf));
}

function letters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join("");
}
