import { shadow } from "./shadow.ts";

type NativeMessage = string | ArrayBuffer | Uint8Array;

/** What is used of the library's channel. */
export interface MessageSource {
  onMessage(tell: (message: NativeMessage) => void): void;
}

/** Takes all messages from now on. */
export type TakeMessages = (take: (data: string | Uint8Array) => void) => void;

/**
 * Lets a channel's messages be taken as they come. The library's W3C class makes an event of each, by Node's `MessageEvent`, which
 * takes 7 µs and more in a thread that just woke: as long as opening a small frame.
 */
export function tapMessages(channel: MessageSource): TakeMessages {
  const onMessage = channel.onMessage.bind(channel);
  let taken: ((message: NativeMessage) => void) | undefined;
  shadow(channel, "onMessage", (tell) => onMessage((message) => (taken ?? tell)(message)));
  return (take) => {
    taken = (message) => take(typeof message === "string" ? message : plain(message));
  };
}

/** Without Buffer's other `slice`. */
function plain(message: ArrayBuffer | Uint8Array): Uint8Array {
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
}
