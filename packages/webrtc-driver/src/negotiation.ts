import { type Description, invalid, parseCandidate, parseSignal, type Signal, successionOf } from "./description.ts";
import { DescriptionGate } from "./description-gate.ts";
import type { PeerConnection, WebRtcEngine } from "./engine.ts";
import type { RestartSignalling } from "./path-restart.ts";

/** Offer and answer between two peer connections, over whatever carries the signals; and again where ICE restarts. */
export class Negotiation implements RestartSignalling {
  readonly #peer: PeerConnection;
  readonly #send: (signal: Signal) => void;
  readonly #gate = new DescriptionGate();
  readonly #listening = new AbortController();
  readonly #restartsIce: boolean;
  #otherRestarts = false;
  #offers = false;

  /**
   * @param send carries one signal to the other side, in order
   * @param engine which made the peer connection; without it ICE is not restarted
   */
  constructor(peer: PeerConnection, send: (signal: Signal) => void, engine: Pick<WebRtcEngine, "restartsIce"> = {}) {
    this.#peer = peer;
    this.#send = send;
    this.#restartsIce = engine.restartsIce ?? false;
    const { signal } = this.#listening;
    peer.addEventListener("icecandidate", (event) => this.#onCandidate(event), { signal });
  }

  get offers(): boolean {
    return this.#offers;
  }

  get isRestartable(): boolean {
    return this.#restartsIce && this.#otherRestarts && !this.#listening.signal.aborted;
  }

  sendOffer(offer: Description): void {
    this.#send(offer);
  }

  /**
   * Goes on where a library, whose own signalling ends here, has made the first exchange.
   * @param made whether this side offered, and whether the other's description said that it restarts ICE
   */
  resume({ offers, restarts }: { readonly offers: boolean; readonly restarts: boolean }): void {
    this.#offers = offers;
    this.#otherRestarts = restarts;
    this.#gate.open();
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

  async #receiveDescription(description: Description): Promise<void> {
    if (successionOf(this.#peer, description) === "repeated") return;
    if (this.#offers && description.type === "offer") throw invalid("Who answers makes no offer");
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
    if ((type !== "offer" && type !== "answer") || sdp === undefined) return;
    this.#send(this.#restartsIce ? { type, sdp, restarts: true } : { type, sdp });
  }

  #onCandidate(event: Event): void {
    const found = "candidate" in event ? event.candidate : null;
    if (found === null) return;
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
