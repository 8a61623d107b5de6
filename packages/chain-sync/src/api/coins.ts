import { unitsPerCoin } from "../model/chain-parameters.ts";

/** Places of a coin's fraction. */
export const coinDecimals = String(unitsPerCoin).length - 1;

/** Base units as coins, as "12.5". Pure. @param units at least 0 */
export function coinsText(units: bigint): string {
  const part = String(units % unitsPerCoin)
    .padStart(coinDecimals, "0")
    .replace(/0+$/, "");
  return part === "" ? `${units / unitsPerCoin}` : `${units / unitsPerCoin}.${part}`;
}
