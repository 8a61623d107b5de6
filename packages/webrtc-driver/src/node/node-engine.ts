import { describeError, SwarmError } from "@swarm-space/core";
import type { RtcConfig } from "node-datachannel";
import type { Signalling, WebRtcEngine, WebRtcOptions, Wrtc } from "../engine.ts";
import { errorTable } from "../error-table.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { nativeIceServers, unusableTurn } from "./ice-servers.ts";
import { type Library, type PeerWorld, peerConnectionClass } from "./peer-connection.ts";

/** Native code says that it is closed within milliseconds. */
const maxClosingMs = 2_000;

/**
 * Loads WebRTC for Node.
 * @throws SwarmError `WEBRTC_UNAVAILABLE` there is no binary for this platform; `OPTION_INVALID`
 */
export async function openWebRtc(options: WebRtcOptions): Promise<WebRtcEngine> {
  const turnLeftOut = unusableTurn(options.iceServers ?? []);
  const engine = new NodeEngine(await loadLibrary(), options);
  if (turnLeftOut.length > 0) {
    const cure = errorTable.TURN_LEFT_OUT;
    options.log?.warn("TURN_LEFT_OUT", `${engine.name} speaks no TURN over TCP or TLS: ${cure}`, { turnLeftOut });
  }
  return engine;
}

async function loadLibrary(): Promise<Library> {
  try {
    const [native, polyfill] = await Promise.all([import("node-datachannel"), import("node-datachannel/polyfill")]);
    return { native, polyfill };
  } catch (error) {
    const cure = errorTable.WEBRTC_UNAVAILABLE;
    throw new SwarmError("WEBRTC_UNAVAILABLE", `node-datachannel does not load: ${describeError(error)}`, {
      cause: error,
      cure,
    });
  }
}

class NodeEngine implements WebRtcEngine {
  readonly name = "node-datachannel";
  readonly #library: Library;
  readonly #options: WebRtcOptions;
  readonly #alive = new Map<{ close(): void }, PromiseWithResolvers<void>>();
  #isClosed = false;
  #isStuck = false;

  constructor(library: Library, options: WebRtcOptions) {
    this.#library = library;
    this.#options = options;
  }

  wrtc(signalling: Signalling): Wrtc {
    const world: PeerWorld = {
      clock: this.#options.clock,
      signalling,
      opened: (peer) => this.#opened(peer),
      stuck: () => {
        this.#isStuck = true;
      },
      nativeConfiguration: (configuration) => this.#configure(configuration),
    };
    const { RTCSessionDescription, RTCIceCandidate } = this.#library.polyfill;
    return { RTCPeerConnection: peerConnectionClass(this.#library, world), RTCSessionDescription, RTCIceCandidate };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const over = Promise.all([...this.#alive.values()].map(({ promise }) => promise));
    for (const peer of this.#alive.keys()) peer.close();
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.timer(maxClosingMs, () => late.resolve());
    await Promise.race([over, late.promise]);
    timer[Symbol.dispose]();
    if (!this.#isStuck) return;
    this.#isStuck = false;
    await collectGarbage();
  }

  #opened(peer: { close(): void }): { over(): void } {
    const gone = Promise.withResolvers<void>();
    this.#alive.set(peer, gone);
    return {
      over: () => {
        this.#alive.delete(peer);
        gone.resolve();
      },
    };
  }

  #configure({ iceServers, iceTransportPolicy }: RTCConfiguration): RtcConfig {
    if (this.#isClosed) throw new SwarmError("CONNECTION_CLOSED", "The WebRTC engine is closed");
    const { bindAddress, ports, ...own } = this.#options;
    return {
      iceServers: nativeIceServers(iceServers?.length ? iceServers : (own.iceServers ?? [])),
      iceTransportPolicy: iceTransportPolicy ?? own.iceTransportPolicy ?? "all",
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(ports === undefined ? {} : { portRangeBegin: ports.from, portRangeEnd: ports.to }),
    };
  }
}
