import { coinDecimals, unitsPerCoin } from "@swarm-space/chain-sync";
import { InvalidArgumentError } from "commander";

const form = new RegExp(`^(\\d{1,8})(?:\\.(\\d{1,${coinDecimals}}))?$`);

/** "12.5" as base units. */
export function coinsOption(text: string): bigint {
  const [, whole = "", part = ""] = form.exec(text) ?? [];
  const units = whole === "" ? 0n : BigInt(whole) * unitsPerCoin + BigInt(part.padEnd(coinDecimals, "0"));
  if (units > 0n) return units;
  throw new InvalidArgumentError(`It is a number of coins above 0, with at most ${coinDecimals} places, as 12.5.`);
}
