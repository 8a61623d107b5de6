import { definePlugin, type PluginUse, ports, type Target, use } from "@swarm-space/core";
import * as z from "zod";

/** Says where peers are, whoever is there in truth. */
export function sightings(...targets: readonly Target[]): PluginUse {
  return sightingsAfter(Promise.resolve(), targets);
}

/** The same, from a moment on. */
export function sightingsAfter(moment: Promise<void>, targets: readonly Target[]): PluginUse {
  return use(
    definePlugin({
      id: "swarm-space-test/sightings",
      api: 1,
      config: z.strictObject({}),
      provides: [ports.discoverySource],
      setup({ provide }) {
        provide(ports.discoverySource, {
          id: "sightings",
          async *discover() {
            await moment;
            for (const target of targets) yield { ...target, source: "sightings" };
          },
        });
      },
    }),
  );
}
