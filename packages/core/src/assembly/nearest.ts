import { distance } from "fastest-levenshtein";

/** Longer words are not compared: nobody misspells them by hand, and comparing costs their product. */
const longestWord = 128;

/** What the writer most likely meant. Undefined where nothing is near enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > longestWord) return undefined;
  let best: { readonly candidate: string; readonly far: number } | undefined;
  for (const candidate of candidates) {
    if (candidate.length > longestWord || candidate === word) continue;
    const far = howFar(word.toLowerCase(), candidate.toLowerCase());
    if (far !== undefined && (best === undefined || far < best.far)) best = { candidate, far };
  }
  return best?.candidate;
}

/** Of a scoped name the last part counts too, so that "transport-gun" finds "@swarm-space/transport-gun". */
function howFar(word: string, candidate: string): number | undefined {
  const pairs: readonly (readonly [string, string])[] = candidate.includes("/")
    ? [
        [word, candidate],
        [lastPart(word), lastPart(candidate)],
      ]
    : [[word, candidate]];
  const near = pairs.flatMap(([a, b]) => {
    const far = distance(a, b);
    return far <= slips(Math.max(a.length, b.length)) ? [far] : [];
  });
  return near.length === 0 ? undefined : Math.min(...near);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Two letters swapped are two steps, so that even short words are allowed two. */
function slips(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length * 0.4));
}
