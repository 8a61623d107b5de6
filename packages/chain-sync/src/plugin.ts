import {
  definePlugin,
  type Lane,
  memoryStore,
  nobleEd25519,
  ports,
  roomPorts,
  strictVerifier,
} from "@swarm-space/core";
import * as z from "zod";
import "./api/swarm-events.ts";
import { blockchainPort } from "./api/blockchain-sync.ts";
import { chainSyncConfig, parametersOf } from "./api/chain-sync-config.ts";
import { LiveBlockchain } from "./api/live-blockchain.ts";
import { chainRules, type ReplacedRules } from "./chain/rules.ts";
import { errorTable } from "./error-table.ts";
import { type DescriptionMessage, descriptionChannel, descriptionMessage } from "./sync/description-wire.ts";
import { type ChainMessage, channelName, messageSchema } from "./sync/wire.ts";

/** The plugin with a consensus, a fork choice, a state machine or transaction types of its application's own. */
export function chainSyncWith(replaced: ReplacedRules) {
  return definePlugin({
    id: "@swarm-space/chain-sync",
    api: 1,
    config: chainSyncConfig,
    provides: [ports.syncChannel, blockchainPort],
    wants: [ports.store, roomPorts.verifier],
    startTimeoutMs: 60_000,
    setup({ self, config, provide, use, clock, events, log }) {
      const store = use(ports.store) ?? memoryStore();
      const blockchain = new LiveBlockchain({
        rules: chainRules(parametersOf(self.network, config), replaced),
        settings: config,
        self,
        clock,
        events,
        store,
        verifier: use(roomPorts.verifier) ?? strictVerifier(nobleEd25519()),
      });
      provide(blockchainPort, blockchain);
      provide(ports.syncChannel, {
        name: channelName,
        schema: messageSchema,
        order: "none" as const,
        // Each question knows the form of its answer: so a bad answer is never taken for a refused question.
        response: z.unknown(),
        attach: (chain: Lane<ChainMessage>) => blockchain.attach({ chain }),
        receive: (message: ChainMessage, from: string, { transport }: { readonly transport: string }) =>
          blockchain.sync?.receive(message, from, transport),
        respond: (question: ChainMessage, from: string) => blockchain.respond(question, from),
      });
      provide(ports.syncChannel, {
        name: descriptionChannel,
        schema: descriptionMessage,
        order: "none" as const,
        response: z.unknown(),
        attach: (descriptions: Lane<DescriptionMessage>) => blockchain.attach({ descriptions }),
        receive: (message: DescriptionMessage, from: string) => blockchain.descriptionSync?.receive(message, from),
        respond: (question: DescriptionMessage, from: string) => blockchain.describe(question, from),
      });
      return {
        async start() {
          await blockchain.open();
          const what =
            "The node has no durable store: its chain ends with the process, and each start fetches all of it anew.";
          if (!store.durable) log.warn("CHAIN_NOT_KEPT", `${what} ${errorTable.CHAIN_NOT_KEPT}`);
        },
        stop: () => blockchain.close(),
      };
    },
  });
}

/** Blocks, transactions, reward pool and profile tokens, in step over every road. */
export const chainSync = chainSyncWith({});
