import { SwarmError } from "@swarm-space/core";
import type { DataChannelConnection } from "@swarm-space/webrtc-driver";
import type { LinkRestart } from "./link-restart.ts";
import type { ServerMessage, SignalMessage } from "./server-message.ts";

/** The open links whose ICE may restart, by PeerJS's id of the link: a random one that the two of it know, and their server. */
export class LinkRestarts {
  readonly #standing = new Map<string, LinkRestart>();

  /** Until its connection is closed. */
  begin(restart: LinkRestart, connection: Pick<DataChannelConnection, "closed">): void {
    restart.begin();
    const { connectionId, isRestartable } = restart;
    if (!isRestartable || this.#standing.has(connectionId)) return restart.end();
    this.#standing.set(connectionId, restart);
    void connection.closed.then(() => {
      this.#standing.delete(connectionId);
      restart.end();
    });
  }

  /** True: it is of a standing link, and nobody else's matter. */
  takes(message: ServerMessage, refuse: (error: SwarmError) => void): boolean {
    if (!isSignal(message)) return false;
    const restart = this.#standing.get(message.payload.connectionId);
    if (restart === undefined) return false;
    // What else can fail is that the link ends meanwhile.
    void restart.hear(message).catch((error: unknown) => SwarmError.is(error) && refuse(error));
    return true;
  }
}

function isSignal(message: ServerMessage): message is SignalMessage {
  return message.type === "OFFER" || message.type === "ANSWER" || message.type === "CANDIDATE";
}
