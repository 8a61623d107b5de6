import { ports, roomPorts } from "@swarm-space/core";
import { decode, encode } from "cborg";
import { FrameTap } from "../../packages/core/dist/security/frame-tap.js";

/** The ablation: a link where each side says who it is, nobody proves it, and nothing is sealed. As many messages as the real one. */
export function claimedLinks(rooms) {
  return {
    async establish(connection, { initiator, signal, onGreeted }) {
      const { id } = rooms.get(ports.identity);
      const instance = rooms.get(roomPorts.instance).current;
      const tap = new FrameTap(connection);
      const hello = encode({ id, instance: { epoch: instance.epoch, nonce: instance.nonce } });
      if (initiator) connection.send(hello);
      const theirs = decode(await tap.next(signal));
      await onGreeted?.();
      connection.send(hello);
      if (!initiator) await tap.next(signal);
      return {
        peer: theirs.id,
        instance: theirs.instance,
        origin: theirs.instance,
        card: new Uint8Array(),
        initiator,
        connection,
        maxFrameBytes: connection.capabilities.maxFrameBytes,
        send: (frame) => connection.send(frame),
        drained: (o) => connection.drained(o),
        read: (onFrame) => tap.pass(onFrame),
        closed: connection.closed,
        close: (reason) => connection.close(reason),
      };
    },
  };
}
