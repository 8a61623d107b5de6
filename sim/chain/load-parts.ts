import type { LoadKernel } from "../planted.ts";
import type { ChainParts } from "./chain-seed.ts";

/** The plugin's inner rooms, from wherever `load` finds files. */
export async function loadChainParts(load: LoadKernel): Promise<ChainParts> {
  const [{ LiveBlockchain }, { messageSchema }, { parametersOf }] = await Promise.all(
    ["chain-sync/api/live-blockchain", "chain-sync/sync/wire", "chain-sync/api/chain-sync-config"].map(load),
  );
  return { LiveBlockchain, messageSchema, parametersOf };
}
