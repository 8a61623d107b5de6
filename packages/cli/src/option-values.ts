import { InvalidArgumentError } from "commander";

/** A whole number within bounds, as an option's value. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** Seconds, given back in milliseconds. */
export function seconds(least: number, most: number): (text: string) => number {
  const parse = wholeNumber(least, most);
  return (text) => parse(text) * 1_000;
}

/** A line of text within a length. */
export function shortText(longest: number): (text: string) => string {
  return (text) => {
    const value = text.trim();
    if (value !== "" && value.length <= longest && !/\p{Cc}/u.test(value)) return value;
    throw new InvalidArgumentError(`It is a text of 1 to ${longest} characters.`);
  };
}
