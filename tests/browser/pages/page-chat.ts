/** A channel of texts in a page: what a test writes to it, and what came. */
import type { PeerId, Swarm } from "@swarm-space/core";
import * as z from "zod";

export class PageChat {
  readonly texts: string[] = [];
  #swarm: Swarm | undefined;
  #send: ((to: PeerId, text: string) => Promise<string>) | undefined;

  /** Opens the channel and starts the node. */
  protected async begin(swarm: Swarm): Promise<PeerId> {
    const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
    chat.onMessage(({ text }) => void this.texts.push(text));
    this.#swarm = swarm;
    this.#send = async (to, text) => (await chat.send(to, { text }, { ttlMs: 20_000 })).status;
    await swarm.start();
    return swarm.id;
  }

  peers(): readonly PeerId[] {
    return this.#swarm?.peers().map(({ id }) => id) ?? [];
  }

  async send(to: PeerId, text: string): Promise<string> {
    return (await this.#send?.(to, text)) ?? "not started";
  }
}
