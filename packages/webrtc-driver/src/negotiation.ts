import {
  type Description,
  invalid,
  parseCandidate,
  parseDescription,
  parseSignal,
  type Signal,
  successionOf,
} from "./description.ts";
import { DescriptionGate } from "./description-gate.ts";
import type { PeerConnection, WebRtcEngine } from "./engine.ts";
import type { RestartSignalling } from "./path-restart.ts";

/** A first exchange that a library makes, by its own signalling. Asked when the path is dead. */
export interface FirstExchange {
  /** The other side's description said that its engine restarts ICE. */
  readonly otherRestarts: boolean;
}

/** What is heard for one dead path after another's first exchange: three offers, their answers and 64 candidates each. */
const maxSignals = 256;

/** Offer and answer between two peer connections, over whatever carries the signals; and again where ICE restarts. */
export class Negotiation implements RestartSignalling {
  readonly #peer: PeerConnection;
  readonly #send: (signal: Signal) => void;
  readonly #gate = new DescriptionGate();
  readonly #listening = new AbortController();
  readonly #restartsIce: boolean;
  readonly #first: FirstExchange | undefined;
  #otherRestarts = false;
  #offers = false;
  /** The path is dead, and both sides know of it. */
  #isMending = false;
  #heard = 0;

  /**
   * @param send carries one signal to the other side, in order
   * @param engine which made the peer connection; without it ICE is not restarted
   * @param first where a library makes the first exchange, and this the restarts alone. Who carries the library's signals can
   * read them, and could make others: so nothing is said or heard but while the path is dead, and what lives is no matter of theirs
   */
  constructor(
    peer: PeerConnection,
    send: (signal: Signal) => void,
    engine: Pick<WebRtcEngine, "restartsIce"> = {},
    first?: FirstExchange,
  ) {
    this.#peer = peer;
    this.#send = send;
    this.#restartsIce = engine.restartsIce ?? false;
    this.#first = first;
    if (first) this.#gate.open();
    const { signal } = this.#listening;
    peer.addEventListener("icecandidate", (event) => this.#onCandidate(event), { signal });
  }

  get offers(): boolean {
    return this.#first ? this.#peer.localDescription?.type === "offer" : this.#offers;
  }

  get isRestartable(): boolean {
    const otherRestarts = this.#otherRestarts || this.#first?.otherRestarts === true;
    return this.#restartsIce && otherRestarts && !this.#listening.signal.aborted;
  }

  sendOffer(offer: Description): void {
    this.#isMending = true;
    this.#send(offer);
  }

  onBack(): void {
    this.#isMending = false;
    this.#heard = 0;
  }

  /** Makes the offer. The data channel must be there already. */
  async offer(): Promise<void> {
    this.#offers = true;
    await this.#describe(await this.#peer.createOffer());
  }

  /**
   * Takes one signal of the other side, whatever it is.
   * @throws SwarmError `SIGNAL_INVALID` it is none, or comes out of turn
   */
  async receive(value: unknown): Promise<void> {
    const signal = parseSignal(value);
    if (!this.#hears(signal)) return;
    if (signal.type !== "candidate") return await this.#receiveDescription(signal);
    const { candidate, sdpMid, sdpMLineIndex } = signal;
    await this.#gate.pass();
    if (this.#listening.signal.aborted) return;
    await this.#try(() => this.#peer.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }));
  }

  /** Nothing is sent any more. The peer connection stays. */
  close(): void {
    this.#listening.abort();
    this.#gate.open();
  }

  #hears({ type }: Signal): boolean {
    if (this.#first === undefined) return true;
    if (type === "offer" && this.isRestartable && this.#peer.connectionState !== "connected") this.#isMending = true;
    return this.#isMending && this.#heard++ < maxSignals;
  }

  async #receiveDescription(description: Description): Promise<void> {
    if (successionOf(this.#peer, description) === "repeated") return;
    if (this.offers && description.type === "offer") throw invalid("Who answers makes no offer");
    this.#otherRestarts = description.restarts ?? false;
    const { type, sdp } = description;
    await this.#try(() => this.#peer.setRemoteDescription({ type, sdp }));
    this.#gate.open();
    if (description.type === "offer") await this.#describe(await this.#peer.createAnswer());
  }

  async #describe(made: RTCSessionDescriptionInit): Promise<void> {
    await this.#peer.setLocalDescription(made);
    if (this.#listening.signal.aborted) return;
    const { type, sdp } = this.#peer.localDescription ?? made;
    this.#send(parseDescription({ type, sdp, restarts: this.#restartsIce }));
  }

  #onCandidate(event: Event): void {
    const found = "candidate" in event ? event.candidate : null;
    if (found === null || (this.#first && !this.#isMending)) return;
    const { candidate, sdpMid, sdpMLineIndex } = parseCandidate(found);
    if (candidate !== "") this.#send({ type: "candidate", candidate, sdpMid, sdpMLineIndex });
  }

  async #try(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      throw invalid("The other side's signal was not accepted", error);
    }
  }
}
