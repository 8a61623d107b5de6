import { definePlugin, type Plugin, ports } from "@swarm-space/core";
import * as z from "zod";
import type { MailKeeper } from "./mail-keeper.ts";
import { memoryMailbox } from "./memory-mailbox.ts";

export interface MailboxPluginOptions {
  readonly keeper: MailKeeper;
  /** 1 to 32 of `a-z 0-9 -`. Default "post". */
  readonly id?: string;
  /** Aborts when the process dies. */
  readonly death?: AbortSignal;
}

const mailboxConfig = z.strictObject({});

/** A mailbox in memory, for one run of one node. All nodes that share a keeper leave letters for each other. */
export function mailboxPlugin({ keeper, id = "post", death }: MailboxPluginOptions): Plugin<typeof mailboxConfig> {
  return definePlugin({
    id: `@swarm-space/testkit/mailbox-${id}`,
    api: 1,
    config: mailboxConfig,
    provides: [ports.mailbox],
    setup({ self, clock, provide }) {
      provide(ports.mailbox, memoryMailbox({ keeper, id, peer: self.id, clock, death }));
    },
  });
}
