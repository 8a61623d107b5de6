/** One node in a process of its own. Orders come from the parent process; when the parent is gone, this ends too. */
import process from "node:process";
import { LetterWriter } from "./letter-writer.mjs";

/**
 * Starts the node, and does what the parent orders until it is to end.
 * @param {any} swarm not yet started
 * @param {{ name: string, receivedFile: string, sentFile: string }} settings
 * @param {object} own what this kind of node has beside the others
 * @param {(peer: string, receipt: any) => void} own.onReceipt
 * @param {() => object | Promise<object>} own.status what it tells of itself beside its letters
 * @param {Record<string, (order: any) => void>} [own.orders] by their kind
 * @param {(tell: (report: object) => void) => void} [own.follow] what it tells unasked
 */
export async function runNode(swarm, { name, ...files }, { onReceipt, status, orders = {}, follow }) {
  const onFailure = (failure) => tell({ kind: "failed", ...failure });
  const writer = new LetterWriter(swarm, { ...files, onReceipt, onFailure });
  const tellStatus = async (kind) => {
    const own = await status();
    tell({ kind, ...writer.status(), ...own });
  };
  const obey = {
    ...orders,
    talk: ({ peers, everyMs, ttlMs }) => writer.talk(peers, everyMs, ttlMs),
    status: () => void tellStatus("status"),
    hush: () => void writer.hush().then(() => tellStatus("settled")),
    end: (order) => void end(order),
  };
  swarm.on("peer:connect", ({ peer }) => tell({ kind: "peer", peer }));
  swarm.on("breaker:open", (breaker) => tell({ kind: "breaker", ...breaker }));
  follow?.(tell);
  process.on("message", (order) => obey[order.kind]?.(order));
  process.once("disconnect", exitWithParent);
  // Ctrl-C goes to every process of a terminal; the parent says when to end.
  process.on("SIGINT", () => {});
  await swarm.start();
  tell({ kind: "ready", id: swarm.id });

  /** Stops, and ends by itself: nothing is left that would keep this process. Where something is, it says what. */
  async function end({ tellAfterMs }) {
    let isStopped = false;
    const tellWhy = () => {
      const what = isStopped ? "the swarm has stopped" : "the swarm is stopping";
      process.stderr.write(`${name}: ${what}; left: ${process.getActiveResourcesInfo().join(", ") || "nothing"}\n`);
    };
    setTimeout(tellWhy, tellAfterMs).unref();
    await swarm.stop();
    isStopped = true;
    process.off("disconnect", exitWithParent);
    process.disconnect();
  }

  function tell(report) {
    if (process.connected) process.send({ name, ...report });
  }
}

function exitWithParent() {
  process.exit(0);
}
