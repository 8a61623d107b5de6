import type { Clock } from "@swarm-space/core";
import type * as native from "node-datachannel";
import type * as polyfill from "node-datachannel/polyfill";
import {
  candidatesIn,
  type Description,
  invalid,
  parseCandidate,
  parseDescription,
  withoutCandidates,
} from "../description.ts";
import { DescriptionGate } from "../description-gate.ts";
import type { DataChannel, Signalling, Wrtc } from "../engine.ts";
import { CandidateOutlet } from "./candidate-outlet.ts";
import { NativeChannels } from "./native-channels.ts";

/** node-datachannel's two doors. */
export interface Library {
  readonly native: typeof native;
  readonly polyfill: typeof polyfill;
}

/** What the peer connections of one engine share. */
export interface PeerWorld {
  readonly clock: Clock;
  readonly signalling: Signalling;
  /** A peer connection is there until it calls `over`. */
  opened(peer: { close(): void }): { over(): void };
  /** A native object is there until it is collected. */
  stuck(): void;
  nativeConfiguration(configuration: RTCConfiguration): native.RtcConfig;
}

/** How long the offerer may take to connect by itself before it lets the answerer's checks in. */
const headStartMs = 50;
/** How long an answer may take to the offerer before the answerer's checks follow it. */
const answerLeadMs = 20;
/** Candidates that are taken of an offer. */
const maxOffered = 32;

class CandidateEvent extends Event {
  readonly candidate: RTCIceCandidateInit | null;

  constructor(candidate: RTCIceCandidateInit | null) {
    super("icecandidate");
    this.candidate = candidate;
  }
}

/**
 * The library's W3C class, mended:
 * - it negotiates by itself as soon as it can, so descriptions are read off it, and are plain objects;
 * - candidates come after their description and without `a=`, and null ends them;
 * - the offerer keeps its candidates back until it has the answer, and is connected or had a head start. Where they
 *   stand in the offer, it is the answerer who uses them only then. Else the answerer's hello, or its checks, come before
 *   the offerer is ready for them: every fourth connection takes a second, and some fail. Making the offerer the DTLS
 *   client (`a=setup:active`) cures the first alone, and would undo this;
 * - candidates that come before their description wait; what is no description is refused before native code sees it;
 * - local descriptions are never set: in the wrong state the native call ends the process;
 * - that ICE is closed is no event (W3C webrtc-pc §4.3.1): libraries take it for a failure of what was closed in order;
 * - once the native side is closed it is let go, and its channels are (`NativeChannels`), so that none keeps the process alive.
 *
 * Renegotiation and ICE restart are not there: after the path is dead the library closes by itself.
 */
export function peerConnectionClass(library: Library, world: PeerWorld): Wrtc["RTCPeerConnection"] {
  return class NodePeerConnection extends library.polyfill.RTCPeerConnection {
    readonly #native: native.PeerConnection;
    readonly #gate = new DescriptionGate();
    readonly #outlet: CandidateOutlet;
    readonly #channels: NativeChannels<native.DataChannel, native.DataChannelInitConfig>;
    #opening: Disposable | undefined;
    #checking: Disposable | undefined;
    #isClosed = false;

    constructor(configuration: RTCConfiguration = {}) {
      const own = new library.native.PeerConnection("peer", world.nativeConfiguration(configuration));
      const channels = new NativeChannels({
        clock: world.clock,
        peer: own,
        onTooMany: () => this.close(),
        onStuck: () => world.stuck(),
        onOver: () => life.over(),
      });
      super({ peerConnection: own });
      const life = world.opened(this);
      this.#native = own;
      this.#channels = channels;
      this.#outlet = new CandidateOutlet((candidate) => {
        const shown = candidate && new library.polyfill.RTCIceCandidate({ ...candidate });
        this.dispatchEvent(new CandidateEvent(shown));
      });
      own.onLocalCandidate((candidate, mid) => this.#outlet.add(candidate, mid));
      own.onGatheringStateChange((state) => this.#onGathering(state));
      own.onIceStateChange((state) => this.#onIceState(state));
      own.onStateChange((state) => this.#onState(state));
    }

    override get localDescription(): RTCSessionDescription {
      return new library.polyfill.RTCSessionDescription(this.#described() ?? super.localDescription);
    }

    override createDataChannel(label: string, init?: RTCDataChannelInit): polyfill.RTCDataChannel {
      return this.#tapped(super.createDataChannel(label, init));
    }

    override dispatchEvent(event: Event): boolean {
      if (event.type === "datachannel" && "channel" in event && event.channel instanceof EventTarget)
        this.#tapped(event.channel);
      return super.dispatchEvent(event);
    }

    /** The W3C object of the native channel that has just been made, or has just come. */
    #tapped<Channel extends EventTarget>(channel: Channel): Channel {
      const { tap } = this.#channels;
      const value: DataChannel["takeMessages"] = tap && ((take) => tap.take(take));
      return Object.defineProperty(channel, "takeMessages", { value });
    }

    override createOffer(): Promise<RTCSessionDescriptionInit> {
      return this.#created("offer");
    }

    override createAnswer(): Promise<RTCSessionDescriptionInit> {
      return this.#created("answer");
    }

    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      const type = this.#native.localDescription()?.type;
      if (type === undefined || (description?.type !== undefined && description.type !== type)) {
        throw invalid(`A local description of type ${description?.type} comes out of turn`);
      }
      const isHeld = type === "offer" && world.signalling === "trickle";
      // Behind whoever sends the description once this resolves.
      if (!isHeld) this.#opening ??= world.clock.timer(0, () => this.#outlet.open());
      if (type === "answer") this.#checking ??= world.clock.timer(answerLeadMs, () => this.#gate.open());
    }

    override async setRemoteDescription(value: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp } = parseDescription(value);
      try {
        this.#native.setRemoteDescription(type === "offer" ? withoutCandidates(sdp) : sdp, type);
      } catch (error) {
        throw invalid(`The ${type} was not accepted`, error);
      }
      const held = type === "offer" ? candidatesIn(sdp) : [];
      if (held.length === 0) this.#gate.open();
      for (const candidate of held.slice(0, maxOffered))
        void this.addIceCandidate({ candidate, sdpMid: "0" }).catch(() => {});
      if (type === "answer") this.#opening ??= world.clock.timer(headStartMs, () => this.#outlet.open());
    }

    override async addIceCandidate(value?: RTCIceCandidateInit | null): Promise<void> {
      if (!value) return;
      const { candidate, sdpMid } = parseCandidate(value);
      if (candidate === "") return;
      await this.#gate.pass();
      if (this.#isClosed) return;
      try {
        this.#native.addRemoteCandidate(candidate, sdpMid ?? "0");
      } catch (error) {
        // It ended by itself in a thread of its own, and is about to say so: nobody's fault.
        if (["closed", "failed"].includes(this.#native.state())) return;
        throw invalid("A candidate was not accepted", error);
      }
    }

    override close(): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#opening?.[Symbol.dispose]();
      this.#checking?.[Symbol.dispose]();
      this.#outlet.end();
      this.#gate.open();
      this.#channels.closing();
      super.close();
    }

    /** The local description as the other side is to have it. */
    #described(): Description | undefined {
      const own = this.#native.localDescription();
      if (own?.type === "answer") return { type: own.type, sdp: own.sdp };
      if (own?.type !== "offer") return undefined;
      if (this.#native.signalingState() !== "have-local-offer") return { type: own.type, sdp: own.sdp };
      const sdp = world.signalling === "trickle" ? withoutCandidates(own.sdp) : own.sdp;
      return { type: own.type, sdp };
    }

    async #created(type: Description["type"]): Promise<Description> {
      const described = this.#described();
      const isDue = type === "answer" || this.#native.signalingState() === "have-local-offer";
      if (described?.type === type && isDue) return described;
      throw invalid(`There is no ${type} to make: no data channel, or another turn of the negotiation`);
    }

    #onGathering(state: string): void {
      if (state === "complete") {
        // Each kind of event has a queue of its own: the last candidates may be behind this one.
        for (const candidate of candidatesIn(this.#native.localDescription()?.sdp ?? "")) {
          this.#outlet.add(candidate, "0");
        }
      }
      this.dispatchEvent(new Event("icegatheringstatechange"));
      if (state === "complete") this.#outlet.complete();
    }

    #onIceState(state: string): void {
      if (state === "connected") {
        this.#outlet.open();
        this.#gate.open();
      }
      if (state !== "closed") this.dispatchEvent(new Event("iceconnectionstatechange"));
    }

    #onState(state: string): void {
      this.dispatchEvent(new Event("connectionstatechange"));
      if (state !== "closed") return;
      this.close();
      this.#channels.peerClosed();
    }
  };
}
