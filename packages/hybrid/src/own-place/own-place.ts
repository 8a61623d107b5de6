import type { Identity, PluginUse } from "@swarm-space/core";

/** What a node keeps on its platform under one name: its key, and its store. */
export interface OwnPlace {
  /** Where `data` is left out. */
  readonly defaultData: string;
  readonly store: (data: string) => PluginUse;
  /** Makes it at first use. */
  readonly openIdentity: (data: string) => Promise<Identity>;
}
