import { WebSocket } from "ws";
import { type Dial, webSocketDial } from "../socket.ts";

const maxPayload = 1_048_576;

/** Dials by `ws`, which refuses a frame of over 1 MiB before it is in memory, and never inflates. */
export const dialNode: Dial = webSocketDial(
  (url) =>
    new WebSocket(url, { maxPayload, perMessageDeflate: false, followRedirects: false, handshakeTimeout: 10_000 }),
);
