/** A node in a page that has the integrated transport alone. */
import { createSwarm, type PeerId, type Swarm, use } from "@swarm-space/core";
import integrated from "@swarm-space/transport-integrated";
import * as z from "zod";

export interface IntegratedPageOptions {
  readonly network: string;
  readonly gunRelays: readonly string[];
  readonly trackers: readonly string[];
  /** Whether it is found by presence at the relay. */
  readonly announce: boolean;
}

/** What `window.integrated` has. */
export class IntegratedPage {
  readonly texts: string[] = [];
  readonly roads: string[] = [];
  #swarm: Swarm | undefined;
  #send: ((to: PeerId, text: string) => Promise<string>) | undefined;

  async start({ network, gunRelays, trackers, announce }: IntegratedPageOptions): Promise<PeerId> {
    const options = { gunRelays: [...gunRelays], trackers: [...trackers], presence: { announce } };
    const swarm = await createSwarm({ network, log: "silent", plugins: [use(integrated, options)] });
    swarm.on("connection:open", ({ road }) => void this.roads.push(road));
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

declare global {
  interface Window {
    integrated: IntegratedPage;
  }
}

window.integrated = new IntegratedPage();
