/** A node in a page that has the integrated transport alone. */
import { createSwarm, type PeerId, use } from "@swarm-space/core";
import integrated from "@swarm-space/transport-integrated";
import { PageChat } from "./page-chat.ts";

export interface IntegratedPageOptions {
  readonly network: string;
  readonly gunRelays: readonly string[];
  readonly trackers: readonly string[];
  /** Whether it is found by presence at the relay. */
  readonly announce: boolean;
}

/** What `window.integrated` has. */
export class IntegratedPage extends PageChat {
  readonly roads: string[] = [];

  async start({ network, gunRelays, trackers, announce }: IntegratedPageOptions): Promise<PeerId> {
    const options = { gunRelays: [...gunRelays], trackers: [...trackers], presence: { announce } };
    const swarm = await createSwarm({ network, log: "silent", plugins: [use(integrated, options)] });
    swarm.on("connection:open", ({ road }) => void this.roads.push(road));
    swarm.on("discovery:failed", ({ source, detail }) => console.error(`${source}: ${detail}`));
    return await this.begin(swarm);
  }
}

declare global {
  interface Window {
    integrated: IntegratedPage;
  }
}

window.integrated = new IntegratedPage();
