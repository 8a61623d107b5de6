import { once } from "node:events";

/** A node in a process of its own: resolves to what orders it, one order at a time, and resolves to its answer. */
export async function startNode(network, place, script) {
  const child = network.start(place, [script]);
  await once(child, "message");
  return async (kind, more = {}) => {
    const gone = new AbortController();
    const answer = once(child, "message", { signal: gone.signal });
    const onExit = () => gone.abort(new Error(`the node in ${place} is gone`));
    child.once("exit", onExit);
    child.send({ kind, ...more });
    try {
      return (await answer)[0];
    } finally {
      child.off("exit", onExit);
    }
  };
}
