import type { CryptoSuite } from "@swarm-space/core";
import { digestOf, hexOf } from "@swarm-space/core/medium";

const dayMs = 86_400_000;

/** Nodes whose wall clocks differ by less than twice this share an info hash at every moment. */
export const overlapMs = 3_600_000;

/** The days (since the Unix epoch) under which peers are met at a moment: one, and near midnight (UTC) its neighbour too. Pure. */
export function daysAt(wallMs: number): readonly number[] {
  const [from, to] = [wallMs - overlapMs, wallMs + overlapMs].map((at) => Math.floor(at / dayMs));
  return from === undefined || to === undefined || from === to ? [from ?? 0] : [from, to];
}

/** How long `daysAt` stays as it is, in milliseconds. At least 1. Pure. */
export function sameDaysForMs(wallMs: number): number {
  const untilChange = (edgeMs: number) => dayMs - ((((wallMs + edgeMs) % dayMs) + dayMs) % dayMs);
  return Math.max(1, Math.min(untilChange(overlapMs), untilChange(-overlapMs)));
}

/**
 * The info hash (40 hex digits) under which a network's peers meet on a day. It tells who does not know the name nothing, and what
 * gathered around yesterday's finds nobody today.
 * @param suite the kernel's, else WebCrypto
 */
export async function infoHashOf(network: string, day: number, suite?: CryptoSuite): Promise<string> {
  const hash = await digestOf(`swarm-space webtorrent\0${network}\0${day}`, suite);
  return hexOf(hash.subarray(0, 20));
}
