import { indexedDbKeyStore, use, webCryptoIdentity } from "@swarm-space/core";
import store from "@swarm-space/store-idb";
import type { OwnPlace } from "./own-place.ts";

/** Two databases of IndexedDB. The key cannot be carried away. */
export const ownPlace: OwnPlace = Object.freeze({
  defaultData: "swarm-space",
  store: (data: string) => use(store, { name: data }),
  openIdentity: (data: string) => webCryptoIdentity(indexedDbKeyStore(`${data}-identity`)),
});
