import { PathRestart, type PathRestartParts } from "./path-restart.ts";
import { PathWatch, type PathWatchParts } from "./path-watch.ts";

export interface PathGuardParts extends Pick<PathWatchParts, "clock" | "peer" | "graceMs" | "signal" | "onLost"> {
  /** Undefined: a path that failed is lost. */
  readonly signalling: PathRestartParts["signalling"] | undefined;
  /** Before it is open its dial ends what failed. */
  isOpen(): boolean;
}

/** Watches the path of a connection until the signal, and has it restarted where that may be. */
export function guardPath({ signalling, isOpen, ...parts }: PathGuardParts): void {
  const { clock, peer, signal } = parts;
  const restart = signalling && new PathRestart({ clock, peer, signalling, signal });
  const mayRestart = () => isOpen() && signalling?.isRestartable === true;
  new PathWatch({
    ...parts,
    mayRestart,
    onDead: () => mayRestart() && signalling?.offers && restart?.begin(),
    onBack: () => {
      restart?.end();
      signalling?.onBack?.();
    },
  });
}
