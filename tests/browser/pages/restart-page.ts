/** A node in a page whose data channels go through detours outside, which a test can end. */
import { createSwarm, type PeerId, ports, replaceRoom, use } from "@swarm-space/core";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import { openWebRtc, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";
import { PageChat } from "./page-chat.ts";

export interface RestartPageOptions {
  readonly network: string;
  /** By which of them its data channels are signalled: a Gun relay, a PeerServer. */
  readonly transport: "integrated" | "peerjs";
  readonly server: string;
  /** Ablation: whether ICE may restart. */
  readonly restartsIce: boolean;
  /** Whether it dials whom it sights. Where one of two does, there is no glare. */
  readonly dials: boolean;
}

/** Waits to be dialled. */
const waits = replaceRoom(ports.dialer, () => ({ wanted: () => [], onChange: () => () => undefined }));

declare global {
  interface Window {
    /** Given by the test: another address of this one, "address port". */
    detourTo(address: string, port: number): Promise<{ readonly address: string; readonly port: number }>;
    readonly restart: RestartPage;
  }
}

class RestartPage extends PageChat {
  /** "open", "lost" and the like, of data channels. */
  readonly channels: string[] = [];
  /** Offers that restart ICE. */
  restarts = 0;
  /** Whether a peer connection's path is alive, each time that it changes. */
  readonly paths: string[] = [];

  async start({ network, transport, server, restartsIce, dials }: RestartPageOptions): Promise<PeerId> {
    const openEngine = (o: WebRtcOptions) => this.#openEngine(o, restartsIce);
    const plugin =
      transport === "integrated"
        ? use(integratedWith({ openEngine }), { gunRelays: [server], roads: ["direct"] })
        : use(peerjsWith({ openEngine }), {
            servers: [server],
            listPeers: false,
            rendezvous: { slots: 1, everyMs: 1_000 },
          });
    const swarm = await createSwarm({
      network,
      log: "silent",
      replace: dials ? [] : [waits],
      plugins: [plugin],
    });
    swarm.on("connection:open", ({ road }) => void (road === "direct" && this.channels.push("open")));
    swarm.on("connection:close", ({ road, reason }) => void (road === "direct" && this.channels.push(reason.by)));
    return await this.begin(swarm);
  }

  async #openEngine(options: WebRtcOptions, restartsIce: boolean): Promise<WebRtcEngine> {
    const engine = await openWebRtc(options);
    const own = engine.wrtc("trickle");
    const offered = () => {
      this.restarts += 1;
    };
    const { paths } = this;
    class DetouredPeerConnection extends own.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener("connectionstatechange", () => void paths.push(this.connectionState));
      }

      override createOffer(o?: { readonly iceRestart?: boolean }): Promise<RTCSessionDescriptionInit> {
        if (o?.iceRestart) offered();
        return super.createOffer(o);
      }

      override async addIceCandidate(given: RTCIceCandidateInit): Promise<void> {
        const words = given.candidate?.split(" ") ?? [];
        const [address = "", port = ""] = words.slice(4);
        if (words[2] !== "udp" || address.includes(":")) return;
        const other = await window.detourTo(address, Number(port));
        const candidate = words.toSpliced(4, 2, other.address, String(other.port)).join(" ");
        const { sdpMid = null, sdpMLineIndex = null } = given;
        await super.addIceCandidate({ sdpMid, sdpMLineIndex, candidate });
      }
    }
    const wrtc = { ...own, RTCPeerConnection: DetouredPeerConnection };
    return { name: engine.name, restartsIce, wrtc: () => wrtc, close: () => engine.close() };
  }
}

Object.assign(window, { restart: new RestartPage() });
