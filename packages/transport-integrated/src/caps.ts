import type { Cap } from "@swarm-space/core";

/** Every container that this package keeps. A test reads the sources: none may be missing here, and none may be listed that is gone. */
export const caps: readonly Cap[] = Object.freeze([
  {
    file: "signalling/meeting-desk.ts",
    name: "#entries",
    holds: "meetings under way, of those that others began 32; and those of channels whose ICE can restart",
    most: "as `maxConnections` says, and 32",
    eviction: "further ones are not heard",
  },
  {
    file: "signalling/meeting.ts",
    name: "#undo",
    holds: "letters of one meeting that lie at the relay",
    most: "as many as this side says in its time",
    eviction: "deleted when the meeting is over",
  },
  {
    file: "signalling/meeting.ts",
    name: "#waiting",
    holds: "signals of one turn",
    most: "own candidates of one peer connection: 64 and its description",
    eviction: "emptied each turn",
  },
  {
    file: "signalling/sealed-talk.ts",
    name: "#heard",
    holds: "letters of one meeting that were heard",
    most: 256,
    eviction: "further ones are not heard",
    constant: "maxLetters",
  },
]);
