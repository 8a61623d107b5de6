import type { Store } from "@swarm-space/core";
import { decodeDescription, encodeDescription } from "../codec/description-codec.ts";
import { nameDescription } from "../hashing/description-id.ts";
import type { Hash } from "../model/hex.ts";
import type { NamedDescription } from "../model/token-description.ts";
import { namespaces } from "./chain-namespaces.ts";

/** Descriptions of tokens on a medium, one of each. @throws those of `Store` */
export interface DescriptionStore {
  /** Those that can be read, in no order. */
  all(): AsyncIterable<NamedDescription>;
  get(token: Hash): Promise<NamedDescription | undefined>;
  /** @param o.instead the token whose description goes for it */
  put(
    description: NamedDescription,
    o: { readonly durable: boolean; readonly instead?: Hash | undefined },
  ): Promise<void>;
}

/** In the kernel's store. What cannot be read is none: it is fetched again. */
export function kernelDescriptionStore(store: Store): DescriptionStore {
  const { tokenMeta: namespace } = namespaces;
  const part = () => store.namespace(namespace);
  return {
    async *all() {
      for await (const [key, bytes] of part().range()) {
        const named = open(key, bytes);
        if (named !== undefined) yield named;
      }
    },
    get: async (token) => open(token, await part().get(token)),
    put: ({ token, description }, { durable, instead }) =>
      store.batch(
        [
          { type: "put", namespace, key: token, value: encodeDescription(description) },
          ...(instead === undefined ? [] : [{ type: "delete" as const, namespace, key: instead }]),
        ],
        { durable },
      ),
  };
}

function open(token: Hash, bytes: Uint8Array | undefined): NamedDescription | undefined {
  const decoded = bytes === undefined ? undefined : decodeDescription(bytes);
  return decoded?.ok && decoded.value.token === token ? nameDescription(decoded.value) : undefined;
}
