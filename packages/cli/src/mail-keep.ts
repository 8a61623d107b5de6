import type { Store } from "@swarm-space/core";
import type { KeptLetter, RelayKeep } from "@swarm-space/gun-driver/relay";
import * as z from "zod";

const namespace = "letters";

const wire = z.strictObject({
  soul: z.string(),
  key: z.string(),
  value: z.string(),
  state: z.number().finite(),
  range: z.string(),
  expiresAt: z.number().finite(),
});

/** A relay's letters in a store. What stands there and is no letter is passed over. */
export function mailKeep(store: Store): RelayKeep {
  const place = (soul: string, key: string) => `${soul} ${key}`;
  return {
    async *load() {
      for await (const [, bytes] of store.namespace(namespace).range()) {
        const letter = readLetter(bytes);
        if (letter) yield letter;
      }
    },
    put: (letter) => {
      const value = new TextEncoder().encode(JSON.stringify(letter));
      const key = place(letter.soul, letter.key);
      return store.batch([{ type: "put", namespace, key, value }], { durable: true });
    },
    delete: (soul, key) => store.batch([{ type: "delete", namespace, key: place(soul, key) }], { durable: false }),
  };
}

function readLetter(bytes: Uint8Array): KeptLetter | undefined {
  try {
    return wire.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
