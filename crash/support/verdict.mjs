/** From `send` to the call of the store: 10 ms, and a turn of the loop. */
const calledAfterMs = 20;

/**
 * Letters that had to outlive their life: the store took a later write before the kill.
 * @param {{ posted: string[][], taken: string[][] }} facts
 */
export function keptLetters({ posted, taken }) {
  const takenUntil = new Map(taken.map(([life, at]) => [life, Number(at)]));
  return posted.filter(([, at, life]) => Number(at) + calledAfterMs <= (takenUntil.get(life) ?? 0));
}

/**
 * What the logs of both sides say. Pure.
 * @param {{ down: Record<string, { confirmed: Map<number, number> }>, heard: string[][], effectKeys: string[], posted: string[][], taken: string[][],
 *   confirmedUp: string[][], failed: string[][], arrivals: Map<number, number>, kills: Map<number, number>, graceMs: number }} facts
 *   `confirmed`: number → when (wall ms) the stable peer was told; `arrivals`: number → how often its handler ran; `kills`: life → when it was killed
 */
export function judge({ down, heard, effectKeys, posted, taken, confirmedUp, failed, arrivals, kills, graceMs }) {
  const verdict = {
    lettersDown: 0,
    lettersUp: posted.length,
    confirmed: confirmedUp.length,
    confirmedLost: [],
    doubledAfterDone: [],
    unmarked: [],
    redelivered: heard.filter(([, , mark]) => mark === "redelivered").length,
    heardTwice: 0,
    outboxLost: [],
    notYetTaken: [],
    outboxDoubled: [],
    failed: failed.map((words) => words.join(" ")),
  };
  const effectsOf = new Map();
  for (const key of effectKeys) {
    const [n, line] = key.split("/");
    effectsOf.set(Number(n), [...(effectsOf.get(Number(n)) ?? []), line]);
  }
  for (const [channel, { confirmed }] of Object.entries(down)) {
    const byNumber = new Map();
    for (const [name, n, mark, at, line] of heard) {
      if (name !== channel) continue;
      byNumber.set(Number(n), [...(byNumber.get(Number(n)) ?? []), { mark, at: Number(at), line }]);
    }
    verdict.confirmed += confirmed.size;
    verdict.lettersDown += byNumber.size;
    for (const n of confirmed.keys()) if (!byNumber.has(n)) verdict.confirmedLost.push(`${channel} ${n}`);
    for (const [n, times] of byNumber) {
      const [, ...again] = times;
      if (again.length > 0) verdict.heardTwice++;
      for (const { mark } of again) if (mark !== "redelivered") verdict.unmarked.push(`${channel} ${n}`);
      // Who was told of the end before the handler ran once more was told of a `done`.
      for (const { at } of again)
        if (at > (confirmed.get(n) ?? Number.POSITIVE_INFINITY)) verdict.doubledAfterDone.push(`${channel} ${n}`);
    }
    if (channel !== "exact") continue;
    // An effect stands beside its `done` or not at all: one for each letter that ended, that of the last time its handler ran.
    for (const n of confirmed.keys()) if (!effectsOf.has(n)) verdict.confirmedLost.push(`effect ${n}`);
    for (const [n, written] of effectsOf) {
      const last = byNumber.get(n)?.at(-1)?.line;
      if (written.length !== 1 || written[0] !== last) verdict.doubledAfterDone.push(`effect ${n}`);
    }
  }
  for (const [n] of confirmedUp) if (!arrivals.has(Number(n))) verdict.confirmedLost.push(`up ${n}`);
  const kept = new Set(keptLetters({ posted, taken }).map(([n]) => n));
  for (const [n, at, life] of posted) {
    const times = arrivals.get(Number(n)) ?? 0;
    const agedMs = (kills.get(Number(life)) ?? Number.POSITIVE_INFINITY) - Number(at);
    const lost = `up ${n}, ${agedMs} ms before kill ${life}`;
    if (times === 0 && kept.has(n)) verdict.outboxLost.push(lost);
    else if (times === 0 && agedMs >= graceMs) verdict.notYetTaken.push(lost);
    if (times > 1) verdict.outboxDoubled.push(`up ${n}`);
  }
  return verdict;
}
