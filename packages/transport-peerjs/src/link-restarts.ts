import { SwarmError } from "@swarm-space/core";
import type { DataChannelConnection } from "@swarm-space/webrtc-driver";
import type { LinkRestart } from "./link-restart.ts";
import type { SignalMessage } from "./server-message.ts";

/** The open links whose ICE may restart, by PeerJS's id of the link: a random one that the two of it know, and their server. */
export class LinkRestarts {
  readonly #standing = new Map<string, LinkRestart>();

  /** Its link is open, and out of PeerJS's hands; until its connection is closed. */
  begin(restart: LinkRestart, connection: Pick<DataChannelConnection, "closed">): void {
    const { connectionId, negotiation } = restart;
    if (!negotiation.isRestartable || this.#standing.has(connectionId)) return negotiation.close();
    this.#standing.set(connectionId, restart);
    void connection.closed.then(() => {
      this.#standing.delete(connectionId);
      negotiation.close();
    });
  }

  /** True: it is of a standing link, and nobody else's matter. */
  takes(message: SignalMessage, refuse: (error: SwarmError) => void): boolean {
    const restart = this.#standing.get(message.payload.connectionId);
    // What else can fail is that the link ends meanwhile.
    void restart?.hear(message).catch((error: unknown) => SwarmError.is(error) && refuse(error));
    return restart !== undefined;
  }
}
