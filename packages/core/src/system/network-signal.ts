/** What the environment says of this machine's network: whether there is one, not whether it leads anywhere. */
export interface NetworkSignal {
  /** Calls `listener` when the network went (false) or came (true). Returns its unsubscribe. */
  onChange(listener: (isThere: boolean) => void): () => void;
  /** Where the environment does not tell by itself: sees how it is now, and tells listeners what has changed. Called twice a second. */
  look?(): void;
}

/** For environments that tell nothing. */
export function silentNetwork(): NetworkSignal {
  return Object.freeze({ onChange: () => () => {} });
}

/** The events `online` and `offline` of a page or a worker (HTML, "Browser state"); silent where there are none. */
export function browserNetwork(
  scope: Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">> = globalThis,
): NetworkSignal {
  return Object.freeze({
    onChange: (listener: (isThere: boolean) => void) => {
      const came = () => listener(true);
      const went = () => listener(false);
      scope.addEventListener?.("online", came);
      scope.addEventListener?.("offline", went);
      return () => {
        scope.removeEventListener?.("online", came);
        scope.removeEventListener?.("offline", went);
      };
    },
  });
}
