export * from "./both-platforms.ts";
export { openWebRtc } from "./browser-engine.ts";
