import process from "node:process";
import { codeOf } from "@swarm-space/core";

/**
 * Makes this process one that `startNode` starts: it does what it is ordered, and ends when its parent is gone.
 * @param {Record<string, (order: any) => object | void | Promise<object | void>>} orders by their kind, each with its answer
 */
export function obeyOrders(orders) {
  process.on("message", async (order) => {
    try {
      process.send((await orders[order.kind](order)) ?? {});
    } catch (error) {
      process.send({ error: `${codeOf(error, "UNEXPECTED")}: ${error.message}` });
    }
  });
  process.once("disconnect", () => process.exit());
  process.send({ ready: true });
}
