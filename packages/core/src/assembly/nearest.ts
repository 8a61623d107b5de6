import { distance } from "fastest-levenshtein";

/** Longer words are not compared: nobody misspells them by hand, and comparing costs their product. */
const longestWord = 128;

/** What the writer most likely meant. Undefined where nothing is near enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > longestWord || candidates.includes(word)) return undefined;
  let best: { readonly candidate: string; readonly far: number } | undefined;
  for (const candidate of candidates) {
    if (candidate.length > longestWord) continue;
    const far = howFar(word.toLowerCase(), candidate.toLowerCase());
    if (far !== undefined && (best === undefined || far < best.far)) best = { candidate, far };
  }
  return best?.candidate;
}

/** Names of one scope, or of none, are compared without it: "transport-gnu" finds "@swarm-space/transport-gun". */
function howFar(word: string, candidate: string): number | undefined {
  const scope = candidate.slice(0, candidate.lastIndexOf("/") + 1);
  const isElsewhere = word.includes("/") && !word.startsWith(scope);
  const [a, b] = isElsewhere
    ? [word, candidate]
    : [word.slice(word.lastIndexOf("/") + 1), candidate.slice(scope.length)];
  const far = distance(a, b);
  return far <= slips(Math.max(a.length, b.length)) ? far : undefined;
}

/** Two letters swapped are two steps, so that even short words are allowed two. */
function slips(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length * 0.25));
}
