import type { PortContainer } from "../assembly/port-container.ts";
import { ports } from "../ports/ports.ts";

const namespace = "node";
const key = "epoch";
/** Far from where adding one is no longer exact; wall time gets there in a hundred thousand years. */
const maxEpoch = 2 ** 52;

/** The epoch of this identity's last instance, where a durable store knows it; else 0. */
export async function lastEpoch(c: PortContainer): Promise<number> {
  const store = c.get(ports.store);
  if (!store.durable) return 0;
  const kept = await store.namespace(namespace).get(key);
  const epoch = Number.parseInt(new TextDecoder().decode(kept ?? new Uint8Array()), 10);
  return epoch >= 0 && epoch < maxEpoch ? epoch : 0;
}

/** Durable before anybody hears of the instance, so that the next one is surely newer. */
export async function keepEpoch(c: PortContainer, epoch: number): Promise<void> {
  const store = c.get(ports.store);
  if (!store.durable) return;
  await store.batch([{ type: "put", namespace, key, value: new TextEncoder().encode(String(epoch)) }], {
    durable: true,
  });
}
