/** What the tests use of it; its published types want a browser's own classes as `wrtc`. */
declare module "simple-peer" {
  import type { EventEmitter } from "node:events";
  import type { Wrtc } from "../../src/index.ts";

  interface Options {
    readonly initiator?: boolean;
    readonly trickle?: boolean;
    readonly wrtc: Wrtc;
    readonly config: RTCConfiguration;
  }

  export default class SimplePeer extends EventEmitter {
    constructor(options: Options);
    signal(data: unknown): void;
    send(data: Uint8Array): void;
    destroy(): void;
  }
}
