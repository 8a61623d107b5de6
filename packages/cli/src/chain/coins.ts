import { unitsPerCoin } from "@swarm-space/chain-sync";
import { InvalidArgumentError } from "commander";

const decimals = String(unitsPerCoin).length - 1;
const form = new RegExp(`^(\\d{1,8})(?:\\.(\\d{1,${decimals}}))?$`);

/** "12.5" as base units. */
export function coinsOption(text: string): bigint {
  const [, whole = "", part = ""] = form.exec(text) ?? [];
  const units = whole === "" ? 0n : BigInt(whole) * unitsPerCoin + BigInt(part.padEnd(decimals, "0"));
  if (units > 0n) return units;
  throw new InvalidArgumentError(`It is a number of coins above 0, with at most ${decimals} places, as 12.5.`);
}

/** Base units as "12.5". */
export function coinsText(units: bigint): string {
  const part = String(units % unitsPerCoin).padStart(decimals, "0");
  return `${units / unitsPerCoin}.${part}`.replace(/\.?0+$/, "");
}
