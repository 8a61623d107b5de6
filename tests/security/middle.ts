import {
  type Connection,
  definePlugin,
  type PluginUse,
  ports,
  type SignalOptions,
  type Transport,
  use,
} from "@swarm-space/core";
import { type MemoryNetwork, MemoryTransport } from "@swarm-space/testkit";
import * as z from "zod";

/** Where a frame goes, seen from the node that dialled. */
export type Direction = "there" | "back";

/** What the one in the middle makes of a frame. `index` counts each direction's frames of one connection, from 0. */
export type Middle = (
  frame: Uint8Array,
  direction: Direction,
  index: number,
  connection: number,
) => readonly Uint8Array[];

const config = z.strictObject({});

/** A memory transport whose dialled connections lead through somebody's hands. */
export function throughMiddle(network: MemoryNetwork, middle: Middle): PluginUse {
  return use(
    definePlugin({
      id: "swarm-space-test/middle",
      api: 1,
      config,
      provides: [ports.transport],
      setup({ self, provide }) {
        const inner = new MemoryTransport({ network, name: self.id, peer: self.id, swarmNetwork: self.network });
        provide(ports.transport, tampered(inner, middle));
      },
    }),
  );
}

function tampered(inner: Transport, middle: Middle): Transport {
  let count = 0;
  return {
    id: inner.id,
    get state() {
      return inner.state;
    },
    open: (accept, o) => inner.open(accept, o),
    roadsTo: (target) => inner.roadsTo(target),
    connect: async (target, road, o) => handled(await inner.connect(target, road, o), middle, count++),
    close: (o) => inner.close(o),
    onState: (listener) => inner.onState(listener),
    addresses: () => inner.addresses(),
  };
}

function handled(inner: Connection, middle: Middle, connection: number): Connection {
  let there = 0;
  let back = 0;
  return {
    transport: inner.transport,
    road: inner.road,
    capabilities: inner.capabilities,
    remote: inner.remote,
    get bufferedBytes() {
      return inner.bufferedBytes;
    },
    send(frame) {
      let free = true;
      for (const each of middle(frame, "there", there++, connection)) free = inner.send(each) && free;
      return free;
    },
    drained: (o: SignalOptions) => inner.drained(o),
    read: (onFrame) =>
      inner.read((frame) => {
        for (const each of middle(frame, "back", back++, connection)) onFrame(each);
      }),
    closed: inner.closed,
    close: (reason) => inner.close(reason),
  };
}
