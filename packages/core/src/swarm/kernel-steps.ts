import type { AssembledPlugin } from "../assembly/assemble.ts";
import type { LifecycleStep } from "../assembly/lifecycle.ts";
import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { SwarmError } from "../errors/index.ts";
import { ports } from "../ports/ports.ts";
import type { SignalOptions } from "../ports/transport.ts";
import { keepEpoch, lastEpoch } from "./kept-epoch.ts";
import type { PluginChannels } from "./plugin-channels.ts";
import { wireConnections } from "./wire-connections.ts";

const roomTimeoutMs = 10_000;

/**
 * The order of a start, plugins in its middle: store, identity and rooms, plugins, transports, then discovery and dialling.
 * Stop is the same list read backwards. Disabled plugins are left out.
 */
export function kernelSteps(
  c: PortContainer,
  plugins: readonly AssembledPlugin[],
  channels: PluginChannels,
): LifecycleStep[] {
  const stopped = () => new SwarmError("SWARM_STOPPED", "the node is stopping");
  const isOn = (part: unknown) => !c.get(rooms.switchboard).isOff(part);
  let unwire = () => {};
  return [
    step("store", {
      start: (o) => c.get(ports.store).open?.(o),
      stop: () => c.get(ports.store).close(),
    }),
    step("rooms", {
      start: async () => {
        c.get(rooms.links).renew?.();
        const instance = c.get(rooms.instance);
        const fresh = instance.renew(await lastEpoch(c));
        await keepEpoch(c, fresh.epoch);
        const { origin, kept } = await c.get(rooms.outboxJournal).load(fresh);
        instance.continueFrom(origin);
        await c.get(rooms.ledger).load();
        await c.get(rooms.cards).load();
        for (const kept of await c.get(rooms.peerJournal).load())
          c.get(rooms.addresses).note({ ...kept, source: "kept" });
        await c.get(rooms.doorJournal).open();
        if (c.all(ports.mailbox).length > 0) await c.get(rooms.seals).open();
        unwire = wireConnections(c);
        c.get(rooms.outbox).open(kept);
        c.get(rooms.doorman).open();
      },
      stop: async () => {
        unwire();
        c.get(rooms.linkWatch).close();
        c.get(rooms.outbox).close();
        await c.get(rooms.book).closeAll("the node is stopping");
        c.get(rooms.doubts).close();
        c.get(rooms.assemblies).close();
        c.get(rooms.orders).clear();
        c.get(rooms.requests).close(stopped());
        c.get(rooms.dispatcher).clear();
        c.get(rooms.seals).close();
        c.get(rooms.links).renew?.();
        await c.get(rooms.doorJournal).close();
        const journals = [c.get(rooms.outboxJournal), c.get(rooms.seenJournal), c.get(rooms.peerJournal)];
        await Promise.all(journals.map((journal) => journal.flush()));
      },
    }),
    ...plugins.map((each) => ({
      ...each,
      start: (o: SignalOptions) => (isOn(each.plugin) ? each.start(o) : undefined),
    })),
    step("channels", {
      start: () => channels.open(c.all(ports.syncChannel).filter(isOn)),
      stop: () => channels.close(c.all(ports.syncChannel)),
    }),
    step("transports", {
      start: (o) => c.get(rooms.transports).open(o.signal, c.all(ports.transport).filter(isOn)),
      stop: async () => {
        c.get(rooms.doorman).close(stopped());
        await c.get(rooms.book).closeAll("the node is stopping");
        await c.get(rooms.transports).close(c.all(ports.transport));
      },
    }),
    step("discovery", {
      start: () => {
        c.get(rooms.sleepWatch).open();
        c.get(rooms.discovery).open();
        c.get(rooms.connector).open();
        c.get(rooms.mailOut).open();
        c.get(rooms.mailIn).open();
        c.get(ports.events).emit("swarm:start", { peer: c.get(ports.identity).id });
      },
      stop: () => {
        c.get(ports.events).emit("swarm:stop", { peer: c.get(ports.identity).id });
        c.get(rooms.mailIn).close(stopped());
        c.get(rooms.mailOut).close(stopped());
        c.get(rooms.outbox).close();
        c.get(rooms.connector).close(stopped());
        c.get(rooms.discovery).close(stopped());
        c.get(rooms.sleepWatch).close();
      },
    }),
  ];
}

/** A step of the kernel's own. */
export function step(name: string, effects: Pick<LifecycleStep, "start" | "stop">): LifecycleStep {
  return {
    name: `the kernel's ${name}`,
    kernel: true,
    ...effects,
    startTimeoutMs: roomTimeoutMs * 3,
    stopTimeoutMs: roomTimeoutMs,
  };
}
