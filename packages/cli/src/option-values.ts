import { normalizeRelayUrl } from "@swarm-space/gun-driver";
import { isNodeAddress } from "@swarm-space/webtorrent-driver";
import { InvalidArgumentError, Option } from "commander";

/** A whole number within bounds, as an option's value. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** An option in whole seconds, up to a day, that is told in seconds and given back in milliseconds. */
export function secondsOption(flags: string, description: string, usual: number, least = 1): Option {
  const parse = wholeNumber(least, 86_400);
  return new Option(flags, description)
    .default(usual * 1_000, String(usual))
    .argParser((text: string) => parse(text) * 1_000);
}

/** Of an option that may be given often: collects what is sound. */
function listOf(
  isSound: (text: string) => boolean,
  form: string,
): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before = []) => {
    if (isSound(text)) return [...before, text];
    throw new InvalidArgumentError(`It is ${form}.`);
  };
}

/** URLs of relays. */
export function relayUrls(): (text: string, before?: readonly string[]) => readonly string[] {
  const isUrl = (text: string) => /^(https?|wss?):\/\//.test(text) && normalizeRelayUrl(text) !== undefined;
  return listOf(isUrl, "an http:, https:, ws: or wss: URL");
}

/** DHT nodes. */
export function nodeAddresses(): (text: string, before?: readonly string[]) => readonly string[] {
  return listOf(isNodeAddress, "host:port");
}

/** A line of text within a length. */
export function shortText(longest: number): (text: string) => string {
  return (text) => {
    const value = text.trim();
    if (value !== "" && value.length <= longest && !/\p{Cc}/u.test(value)) return value;
    throw new InvalidArgumentError(`It is a text of 1 to ${longest} characters.`);
  };
}
