/** What is done to the roads, in order, and which one has to carry then. */
export type Road = "integrated/direct" | "integrated/relay" | "gun/relay" | "peerjs/direct";

export interface Act {
  readonly kill: readonly Road[];
  readonly heal: readonly Road[];
  readonly carries: Road;
  /** "silent": nobody is told that the road is gone. "told": its sockets end. Absent: nothing that carried is killed. */
  readonly death?: "silent" | "told";
}

export const roadNames: readonly Road[] = ["integrated/direct", "integrated/relay", "gun/relay", "peerjs/direct"];

export const acts: readonly Act[] = [
  { kill: [], heal: [], carries: "integrated/direct" },
  { kill: ["integrated/direct"], heal: [], carries: "integrated/relay", death: "told" },
  { kill: ["integrated/relay"], heal: [], carries: "gun/relay", death: "silent" },
  { kill: ["gun/relay"], heal: [], carries: "peerjs/direct", death: "told" },
  { kill: ["peerjs/direct"], heal: ["gun/relay"], carries: "gun/relay", death: "told" },
  { kill: [], heal: ["integrated/relay"], carries: "integrated/relay" },
  { kill: [], heal: ["integrated/direct", "peerjs/direct"], carries: "integrated/direct" },
  { kill: ["gun/relay", "integrated/relay", "integrated/direct"], heal: [], carries: "peerjs/direct", death: "told" },
  { kill: [], heal: ["gun/relay", "integrated/relay", "integrated/direct"], carries: "integrated/direct" },
];
