import { networkInterfaces } from "node:os";
import type { NetworkSignal } from "../system/network-signal.ts";

/**
 * Of the machine's network Node tells nothing, so its addresses are looked at whenever the one who listens asks: 50 µs. With an address go the
 * sockets on it, though neither UDP nor TCP says so; another one comes with another route.
 * @param addresses those by which others can be reached, in any order
 */
export function addressWatch(addresses: () => readonly string[] = outerAddresses): NetworkSignal {
  const listeners = new Set<(isThere: boolean) => void>();
  let known = "";
  return Object.freeze({
    onChange: (listener: (isThere: boolean) => void) => {
      if (listeners.size === 0) known = textOf(addresses());
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look: () => {
      const found = textOf(addresses());
      if (found === known) return;
      known = found;
      for (const tell of [...listeners]) tell(found !== "");
    },
  });
}

/** Without those of this host alone, and of one cable alone: containers come and go with such. */
function outerAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return all
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address);
}

function textOf(addresses: readonly string[]): string {
  return [...addresses].sort().join(" ");
}
