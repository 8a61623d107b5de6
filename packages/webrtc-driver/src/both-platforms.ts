export { DataChannelConnection, type DataChannelParts, directCapabilities } from "./data-channel-connection.ts";
export {
  bindingOf,
  type Candidate,
  type Description,
  parseCandidate,
  parseDescription,
  parseSignal,
  type Signal,
  successionOf,
} from "./description.ts";
export type { DataChannel, PeerConnection, Signalling, WebRtcEngine, WebRtcOptions, Wrtc } from "./engine.ts";
export { errorTable } from "./error-table.ts";
export { type FirstExchange, Negotiation } from "./negotiation.ts";
export { type Path, pathOf } from "./path.ts";
export type { RestartSignalling } from "./path-restart.ts";
export { offerRate, rtcOf, rtcOptions } from "./rtc-options.ts";
