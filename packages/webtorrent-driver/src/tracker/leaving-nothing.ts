import type { MadePeer } from "./tracker-client.ts";

/**
 * The library's simple-peer lets a timer of 5 s run on after its end, and another of 1 s where the other side ended it. One that ends
 * itself never says "close": so the timer is stopped where each end begins, and none begins after that.
 */
export function leavingNothing(peer: MadePeer): MadePeer {
  const { _destroy: destroy, _startIceCompleteTimeout: startTimer } = peer;
  peer._onFinish = () => peer.destroy();
  peer._startIceCompleteTimeout = () => {
    if (peer._destroying !== true) startTimer.call(peer);
  };
  peer._destroy = (done, error) => {
    clearTimeout(peer._iceCompleteTimer ?? undefined);
    destroy.call(peer, done, error);
  };
  return peer;
}
