import { definePlugin } from "@swarm-space/core";
import * as z from "zod";

const options = z.strictObject({
  prefix: z.string().max(40).default("peer").describe("What each line begins with."),
});

/** A plugin of one's own: tells of peers that come and go. */
export default definePlugin({
  id: "peer-log",
  api: 1,
  config: options,
  setup({ config, events }) {
    const undo: (() => void)[] = [];
    return {
      start() {
        undo.push(
          events.on("peer:connect", ({ peer }) => console.log(`${config.prefix} came: ${peer}`)),
          events.on("peer:disconnect", ({ peer }) => console.log(`${config.prefix} went: ${peer}`)),
        );
      },
      stop() {
        for (const each of undo.splice(0)) each();
      },
    };
  },
});
