import type { Port } from "../ports/port.ts";
import type { PortContainer } from "./port-container.ts";

/** A room to put in place of the kernel's. */
export interface Replacement {
  readonly port: Port<unknown>;
  apply(container: PortContainer): void;
}

/** What a replacing room may stand on. */
export type RoomSource = Pick<PortContainer, "get" | "all">;

/** Puts another room at a port of one node: `replaceRoom(ports.clock, () => myClock)`. */
export function replaceRoom<Value>(port: Port<Value>, make: (rooms: RoomSource) => Value): Replacement {
  return { port, apply: (container) => container.provideFactory(port, make) };
}
