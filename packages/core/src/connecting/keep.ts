import type { Way } from "../ports/routing.ts";
import { apartFrom, areApart, type DialableWay } from "./ways.ts";

/** Links kept to a peer that is wanted: one that carries, one standby on another road. Where both are of one transport, one of another beside them. */
const standbyLinks = 2;

/** Ways that are worth a dial beside the links that stand; none: enough stand. Pure. @param free ways on roads of their own */
export function worthDialling(standing: readonly Way[], free: readonly DialableWay[]): readonly DialableWay[] {
  if (standing.length > standbyLinks || areApart(standing)) return [];
  return standing.length < standbyLinks ? free : apartFrom(standing, free);
}
