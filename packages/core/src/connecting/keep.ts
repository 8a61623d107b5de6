import type { Way } from "../ports/routing.ts";
import { apartFrom, areApart, type DialableWay } from "./ways.ts";

/** What is kept to a peer that is wanted: a standby beside the best link, or a link by each way that leads there. */
export type KeepPolicy = "standby" | "all";

/** One that carries, one standby on another road. Where both are of one transport, one of another beside them. */
const standbyLinks = 2;
/** However many ways lead to a peer. */
export const mostLinks = 8;

/** Ways that are worth a dial beside the links that stand; none: enough stand. Pure. @param free ways on roads of their own */
export function worthDialling(
  policy: KeepPolicy,
  standing: readonly Way[],
  free: readonly DialableWay[],
): readonly DialableWay[] {
  if (policy === "all") return standing.length < mostLinks ? free : [];
  if (standing.length > standbyLinks || areApart(standing)) return [];
  return standing.length < standbyLinks ? free : apartFrom(standing, free);
}
