/** What one scene of the play came to. */
export interface SceneRow {
  /** Roads that died at its beginning. */
  readonly killed: readonly string[];
  /** Roads that came back before. */
  readonly back: readonly string[];
  readonly isSilent: boolean;
  /** Letters, by road, while the living carried. */
  readonly letters: Readonly<Record<string, number>>;
  /** Longest silence of a pair around the death, ms; undefined where nothing died. */
  readonly gapMs: number | undefined;
  /** By transport, of one node. */
  readonly scores: Readonly<Record<string, number>>;
  /** Of all nodes. */
  readonly openBreakers: number;
}

/** Lines of a table for people: which road carried what after each death, gaps, scores, breakers. Pure. */
export function sceneTable(roads: readonly string[], transports: readonly string[], scenes: readonly SceneRow[]) {
  const head = ["what happened", ...roads, "gap ms", ...transports.map((id) => `score ${id}`), "breakers"];
  const rows = scenes.map((scene) => [
    wordsOf(scene),
    ...roads.map((road) => String(scene.letters[road] || "·")),
    scene.gapMs === undefined ? "" : String(Math.round(scene.gapMs)),
    ...transports.map((id) => scene.scores[id]?.toFixed(2) ?? ""),
    scene.openBreakers === 0 ? "·" : String(scene.openBreakers),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)));
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function wordsOf({ killed, back, isSilent }: SceneRow): string {
  const words = [
    ...(back.length > 0 ? [`back: ${back.length === 1 ? back[0] : `${back.length} roads`}`] : []),
    ...(killed.length > 0
      ? [`${isSilent ? "silenced" : "killed"}: ${killed.length === 1 ? killed[0] : `${killed.length} roads`}`]
      : []),
  ];
  return words.length === 0 ? "all roads live" : words.join("; ");
}
