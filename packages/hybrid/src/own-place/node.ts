import { use } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import store from "@swarm-space/store-level";
import type { OwnPlace } from "./own-place.ts";

/** A folder: LevelDB and a key file. */
export const ownPlace: OwnPlace = Object.freeze({
  defaultData: "./swarm-data",
  store: (data: string) => use(store, { path: `${data}/store` }),
  openIdentity: (data: string) => openIdentityFile(`${data}/identity.key`),
});
