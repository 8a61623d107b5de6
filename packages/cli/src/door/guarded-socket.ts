import { WebSocket } from "ws";

/** Says whether the server may see a message. @param data text as a string; anything else as it came */
export type Gate = (data: unknown) => boolean;

/** A client's socket whose messages pass a gate before any listener hears of them. */
export class GuardedSocket extends WebSocket {
  /** Whom its address stands for. */
  range = "";
  #gate: Gate | undefined;

  guard(gate: Gate): void {
    this.#gate = gate;
  }

  override emit(event: string | symbol, ...details: unknown[]): boolean {
    if (event !== "message" || !this.#gate) return super.emit(event, ...details);
    const [data, isBinary] = details;
    if (this.readyState !== this.OPEN || !this.#gate(isBinary === true ? data : String(data))) return false;
    return super.emit(event, ...details);
  }
}
