import type { Clock } from "@swarm-space/core";
import { type MessageSource, MessageTap } from "./message-tap.ts";
import { shadow } from "./shadow.ts";

/** What is used of the library's channel. */
export interface NativeChannel extends MessageSource {
  isOpen(): boolean;
  getId(): number;
  close(): void;
  onClosed(tell: () => void): void;
}

/** What is used of the library's peer connection. */
export interface NativePeer<Channel extends NativeChannel, Init> {
  createDataChannel(label: string, init?: Init): Channel;
  onDataChannel(tell: (channel: Channel) => void): void;
}

/** Far more than the one that a connection has; another side that opens more has no good in mind. */
const maxChannels = 16;
/** How long after its peer connection a channel may take to say that it is closed. The library takes a few milliseconds. */
const maxEndMs = 500;

export interface NativeChannelsParts<Channel extends NativeChannel, Init> {
  readonly clock: Clock;
  readonly peer: NativePeer<Channel, Init>;
  /** The other side opened more channels than are taken. */
  onTooMany(): void;
  /** The library will never say of one that it is closed: it lets go of it with its object. */
  onStuck(): void;
  /** The peer connection is closed, and each of its channels has said so. */
  onOver(): void;
}

/** One channel's own `close`, and its end. */
interface Watched {
  readonly close: () => void;
  readonly end: End;
}

/** What the library calls at a channel's end. It is held by the library, and so must not lead to the channel: else that is never collected. */
class End {
  call: () => void = () => {};

  static listenFor(end: End): () => void {
    return () => end.call();
  }
}

/**
 * The native channels of one peer connection, from their making until the library has said that they are closed: only then
 * does it let go of them, and until then each keeps the process alive.
 *
 * It says so once, to whoever listens at that moment, and forgets it (`DataChannel::close`, `Channel::~Channel`, libdatachannel 0.24):
 * - a channel that is closed by hand while a thread of the library closes it too, as it does once its peer connection is closed on
 *   either side, listens no more when the thread comes to say it. So while the peer connection closes, its channels are left to the thread;
 * - one that came in and was closed before this process heard of it has said it already. Nobody is told of it: then its
 *   object can be collected, and the library lets go of it with that.
 */
export class NativeChannels<Channel extends NativeChannel, Init> {
  readonly #parts: NativeChannelsParts<Channel, Init>;
  readonly #alive = new Map<Channel, Watched>();
  #isClosing = false;
  #isPeerClosed = false;
  #late: Disposable | undefined;
  #tap: MessageTap | undefined;

  /** Before anybody else has the peer connection: from here on it gives out channels that are watched. */
  constructor(parts: NativeChannelsParts<Channel, Init>) {
    this.#parts = parts;
    const { peer, onTooMany, onStuck } = parts;
    const create = peer.createDataChannel.bind(peer);
    const onDataChannel = peer.onDataChannel.bind(peer);
    shadow(peer, "createDataChannel", (label, init) => this.#watch(create(label, init)));
    shadow(peer, "onDataChannel", (tell) =>
      onDataChannel((channel) => {
        this.#watch(channel);
        if (!channel.isOpen()) {
          this.#forget(channel);
          onStuck();
        } else if (this.#alive.size <= maxChannels) tell(channel);
        else onTooMany();
      }),
    );
  }

  /** The peer connection is about to be closed here. */
  closing(): void {
    this.#isClosing = true;
  }

  /** The library has said that the peer connection is closed. */
  peerClosed(): void {
    this.#isClosing = true;
    for (const [channel, { close }] of this.#alive) {
      // No thread knows of one that was never connected.
      if (!channel.isOpen() && idOf(channel) < 0) close();
    }
    this.#isPeerClosed = true;
    if (this.#alive.size > 0) this.#late = this.#parts.clock.timer(maxEndMs, () => this.#closeLate());
    else this.#settle();
  }

  /** Of the channel that came last. */
  get tap(): MessageTap | undefined {
    return this.#tap;
  }

  #watch(channel: Channel): Channel {
    this.#tap = MessageTap.on(channel);
    const end = new End();
    const close = channel.close.bind(channel);
    const onClosed = channel.onClosed.bind(channel, End.listenFor(end));
    this.#alive.set(channel, { close, end });
    end.call = () => this.#forget(channel);
    shadow(channel, "close", () => {
      if (!this.#isClosing) close();
    });
    shadow(channel, "onClosed", (tell) => {
      end.call = () => {
        tell();
        this.#forget(channel);
      };
    });
    onClosed();
    return channel;
  }

  #forget(channel: Channel): void {
    const watched = this.#alive.get(channel);
    this.#alive.delete(channel);
    if (watched !== undefined) watched.end.call = () => {};
    if (this.#isPeerClosed && this.#alive.size === 0) this.#settle();
  }

  #closeLate(): void {
    this.#late = this.#parts.clock.timer(maxEndMs, () => this.#giveUp());
    for (const { close } of this.#alive.values()) close();
  }

  #giveUp(): void {
    this.#parts.onStuck();
    for (const channel of this.#alive.keys()) this.#forget(channel);
  }

  #settle(): void {
    this.#late?.[Symbol.dispose]();
    this.#parts.onOver();
  }
}

/** Below zero: none was given to it, as it has no connection. */
function idOf(channel: NativeChannel): number {
  try {
    return channel.getId();
  } catch {
    // It was closed by hand, and is about to say so.
    return 0;
  }
}
