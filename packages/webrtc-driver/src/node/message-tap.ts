import { shadow } from "./shadow.ts";

type NativeMessage = string | ArrayBuffer | Uint8Array;

/** What is used of the library's channel. */
export interface MessageSource {
  onMessage(tell: (message: NativeMessage) => void): void;
}

/**
 * Lets a channel's messages be taken as they come. The library's W3C class makes an event of each, by Node's `MessageEvent`, which
 * takes 7 µs and more in a thread that just woke: as long as opening a small frame.
 */
export class MessageTap {
  #taken: ((message: NativeMessage) => void) | undefined;

  /** The tap does not lead to the channel: one that nobody is told of must be collected though its tap is kept. */
  static on(channel: MessageSource): MessageTap {
    const tap = new MessageTap();
    const onMessage = channel.onMessage.bind(channel);
    shadow(channel, "onMessage", (tell) => onMessage((message) => (tap.#taken ?? tell)(message)));
    return tap;
  }

  /** All messages from now on go to `take` alone. */
  take(take: (data: string | Uint8Array) => void): void {
    this.#taken = (message) => take(typeof message === "string" ? message : plain(message));
  }
}

/** Without Buffer's other `slice`. */
function plain(message: ArrayBuffer | Uint8Array): Uint8Array {
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
}
