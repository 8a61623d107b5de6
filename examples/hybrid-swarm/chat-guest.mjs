/** Lets a node take part in the talk of `examples/browser-chat`: it says its name, and answers each line. */
import { cardSchema, lineSchema } from "../browser-chat/src/chat-words.ts";

const ttlMs = 60_000;

/** @param {any} swarm not yet started @param {string} name */
export function joinChat(swarm, name) {
  const lines = swarm.channel({ name: "lines", schema: lineSchema });
  const names = swarm.channel({ name: "names", schema: cardSchema });
  names.onMessage(() => undefined);
  // What does not arrive is said again at the next meeting.
  swarm.on("peer:connect", ({ peer }) => void names.send(peer, { name }, { ttlMs }).catch(() => undefined));
  lines.onMessage(({ text }, from) => {
    void lines.send(from, { text: `${name} has read “${text.slice(0, 200)}”` }, { ttlMs }).catch(() => undefined);
  });
}
