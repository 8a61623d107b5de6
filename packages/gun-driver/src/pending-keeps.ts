import type { GunMessage } from "./frame.ts";

interface Keep {
  readonly relay: string;
  resolve(): void;
  reject(reason: Error): void;
}

/** The relay has the put and says that it does not keep it. */
export class RelayRefusal extends Error {
  /** "MAILBOX_FULL", "SHARE_FULL", "STORE_FULL" …: what the relay gave as its reason, cut short. */
  readonly reason: string;

  constructor(said: string) {
    super(`the relay did not keep it: ${said}`);
    this.name = "RelayRefusal";
    this.reason = /^[A-Z][A-Z_]{2,63}$/.test(said) ? said : "UNNAMED";
  }
}

const maxPending = 1_024;

/** Puts whose relay has not yet said that it keeps them. */
export class PendingKeeps {
  readonly #keeps = new Map<string, Keep>();

  /** @param send false: the relay is away */
  start(id: string, relay: string, signal: AbortSignal, send: () => boolean): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#keeps.size >= maxPending) throw new RangeError(`more than ${maxPending} puts wait to be kept`);
      const onAbort = () => end(() => reject(signal.reason));
      const end = (settle: () => void) => {
        this.#keeps.delete(id);
        signal.removeEventListener("abort", onAbort);
        settle();
      };
      signal.addEventListener("abort", onAbort);
      this.#keeps.set(id, { relay, resolve: () => end(resolve), reject: (reason) => end(() => reject(reason)) });
      if (!send()) this.reject(relay);
    });
  }

  settle(id: string, relay: string, answer: GunMessage): void {
    const keep = this.#keeps.get(id);
    if (keep?.relay !== relay) return;
    if (answer.err !== undefined) keep.reject(new RelayRefusal(answer.err));
    else if (answer.ok !== undefined) keep.resolve();
  }

  reject(relay: string): void {
    for (const keep of [...this.#keeps.values()]) if (keep.relay === relay) keep.reject(new Error("the relay is away"));
  }

  rejectAll(): void {
    for (const keep of [...this.#keeps.values()]) keep.reject(new Error("the client is closed"));
  }
}
