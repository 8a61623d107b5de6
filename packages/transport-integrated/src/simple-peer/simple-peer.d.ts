/** What is used of it; its published types want a browser's own classes as `wrtc`. */
declare module "simple-peer" {
  import type { SimplePeerConstructor } from "../direct/simple-channel.ts";

  const SimplePeer: SimplePeerConstructor;
  export default SimplePeer;
}

declare module "simple-peer/simplepeer.min.js" {
  export { default } from "simple-peer";
}

declare module "#simple-peer" {
  export { default } from "simple-peer";
}
