import type { Plugin } from "../ports/plugin.ts";
import type { Port } from "../ports/port.ts";
import { kernelPorts } from "./kernel-ports.ts";
import { roomPorts } from "./room-ports.ts";

/** The port of a kernel room that a plugin stands in for, where it does. Pure. */
export function roomOf({ provides }: Plugin): Port<unknown> | undefined {
  const ofKernel = new Set([...kernelPorts, ...Object.values(roomPorts)].map(({ key }) => key));
  return provides.find(({ key }) => ofKernel.has(key));
}

/** Plugins that could not go on without this one, and without each other; in the order of `running`. Pure. */
export function dependantsOf(plugin: Plugin, running: readonly Plugin[]): Plugin[] {
  const gone = new Set([plugin]);
  const needsGone = (each: Plugin): boolean =>
    needsOf(each).some(({ key }) => {
      const providers = providersOf(key, running);
      return providers.length > 0 && providers.every((each) => gone.has(each));
    });
  for (let before = 0; before < gone.size; ) {
    before = gone.size;
    for (const each of running) if (needsGone(each)) gone.add(each);
  }
  gone.delete(plugin);
  return running.filter((each) => gone.has(each));
}

/** A disabled plugin without which this one cannot run. Pure. */
export function missingFor(
  plugin: Plugin,
  all: readonly Plugin[],
  isOff: (plugin: Plugin) => boolean,
): Plugin | undefined {
  for (const { key } of needsOf(plugin)) {
    // None: it is the kernel's own.
    const providers = providersOf(key, all);
    if (providers.length > 0 && providers.every(isOff)) return providers[0];
  }
  return undefined;
}

/** What it was handed once, and holds: a wanted service too. */
function needsOf({ requires, wants }: Plugin): Port<unknown>[] {
  return [...requires, ...wants.filter(({ arity }) => arity === "one")];
}

function providersOf(key: symbol, plugins: readonly Plugin[]): Plugin[] {
  return plugins.filter(({ provides }) => provides.some((port) => port.key === key));
}
