import { TokenBucket } from "@swarm-space/gun-driver/relay";
import type { GuardedSocket } from "../door/guarded-socket.ts";
import type { PeerServerSettings } from "./options.ts";
import { Residents } from "./residents.ts";
import { readSignal } from "./signal-guard.ts";
import { Turnstile } from "./turnstile.ts";

/** What a message that waits costs beside its text, in characters. */
const waitingOverhead = 512;
const policyViolation = 1008;
const done = 1000;

/** Judges what connected clients say before the server hears it. */
export class SignalDoor {
  readonly residents = new Residents();
  readonly #settings: PeerServerSettings;
  readonly #absent: TokenBucket;
  #passed = 0;
  #rejected = 0;

  constructor(settings: PeerServerSettings) {
    const { clock, absentRate } = settings;
    this.#settings = settings;
    this.#absent = new TokenBucket(absentRate.perSecond, absentRate.burst, clock.now());
  }

  /** Messages that the server heard, and those that it did not. */
  get counts(): { readonly passed: number; readonly rejected: number } {
    return { passed: this.#passed, rejected: this.#rejected };
  }

  /** Stands before a socket until it is closed. */
  watch(socket: GuardedSocket): void {
    const { clock, messageRate, textRate } = this.#settings;
    const turnstile = new Turnstile({ clock, messages: messageRate, text: textRate, socket });
    socket.on("close", () => turnstile.end());
    socket.guard((data) => {
      const admitted = this.#judge(data, socket, turnstile);
      if (admitted) this.#passed += 1;
      else this.#rejected += 1;
      return admitted;
    });
  }

  #judge(data: unknown, socket: GuardedSocket, turnstile: Turnstile): boolean {
    const length = typeof data === "string" ? data.length : 0;
    turnstile.charge(length);
    const signal = readSignal(data);
    if (!signal) {
      if (turnstile.blame()) socket.close(policyViolation, "too many faulty messages");
      return false;
    }
    if (signal.to === undefined) {
      // The server frees the id of one who leaves and goes on hearing it under that id, whoever has it next.
      if (signal.type === "LEAVE") socket.close(done);
      return signal.type !== "LEAVE";
    }
    const receiver = this.residents.socketOf(signal.to);
    return receiver ? this.#fits(receiver) : this.#mayWait(length);
  }

  #fits(receiver: GuardedSocket): boolean {
    if (receiver.bufferedAmount <= this.#settings.maxBufferedBytes) return true;
    receiver.terminate();
    return false;
  }

  #mayWait(length: number): boolean {
    const now = this.#settings.clock.now();
    if (this.#absent.take(0, now) > 0) return false;
    this.#absent.take(length + waitingOverhead, now);
    return true;
  }
}
