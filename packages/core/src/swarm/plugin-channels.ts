import type { SyncChannel } from "../ports/sync-channel.ts";
import type { Channel } from "./channel.ts";

/** Opens the channels that plugins provide, and closes them. */
export class PluginChannels {
  readonly #open: (channel: SyncChannel<unknown>) => Channel<unknown>;
  readonly #lanes = new Map<SyncChannel<unknown>, Channel<unknown>>();

  /** @param open opens one and sets its handlers */
  constructor(open: (channel: SyncChannel<unknown>) => Channel<unknown>) {
    this.#open = open;
  }

  open(channels: readonly SyncChannel<unknown>[]): void {
    for (const channel of channels) {
      const lane = this.#open(channel);
      this.#lanes.set(channel, lane);
      channel.attach?.(lane);
    }
  }

  /** Twice is harmless. */
  close(channels: readonly SyncChannel<unknown>[]): void {
    for (const channel of channels) {
      this.#lanes.get(channel)?.close();
      this.#lanes.delete(channel);
    }
  }
}
