import type { SeedHeading } from "./read-seed.ts";

/** What tests say that they test: a heading and its lines. */
export interface ToldHeading {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tests: number;
}

/** What of the seed no test tests, and what tests name that the seed has not. Empty: all is as it should be. Pure. */
export function gapsOf(seed: readonly SeedHeading[], told: readonly ToldHeading[]): readonly string[] {
  const gaps: string[] = [];
  for (const { title, lines } of seed) {
    const own = told.filter((each) => each.title === title);
    if (own.length > 1) gaps.push(`${title}: told twice`);
    if (own.every(({ tests }) => tests === 0)) gaps.push(`${title}: no test`);
    const said = own.flatMap((each) => each.lines);
    for (const line of without(lines, said)) gaps.push(`${title}: no test of "${line}"`);
    for (const line of without(said, lines)) gaps.push(`${title}: the seed does not say "${line}"`);
  }
  const known = seed.map(({ title }) => title);
  const titles = told.map(({ title }) => title);
  for (const title of titles) if (!known.includes(title)) gaps.push(`${title}: no heading of the seed`);
  const inOrder = known.filter((title) => titles.includes(title));
  const asTold = titles.filter((title) => known.includes(title));
  if (gaps.length === 0 && inOrder.join("\n") !== asTold.join("\n")) gaps.push("not in the seed's order");
  return gaps;
}

/** Those of `all` that are not among the others, each as often as it is missing. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return all.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
