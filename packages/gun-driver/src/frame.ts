/** One node of a put: the key values, and under `_` the soul and each key's state. */
export type GraphNode = { _: { "#": string; ">": Record<string, number> } } & Record<string, unknown>;

/** A message as it passes the guard: nothing in it but what is named here. */
export interface GunMessage {
  /** Id, by which Gun drops repeats. */
  "#"?: string;
  /** Hash of the content. */
  "##"?: number;
  /** Id of the message this one answers. */
  "@"?: string;
  put?: Record<string, GraphNode>;
  get?: { "#": string; "."?: string };
  ok?: unknown;
  err?: string;
  "%"?: string;
  pid?: string;
  dam?: "?" | "hi";
}

/** One key of one soul, as put. */
export interface GraphItem {
  readonly soul: string;
  readonly key: string;
  /** Null: a tombstone. */
  readonly value: string | null;
  readonly state: number;
}

/** The put message of items of one soul, ready to serialise. */
export function putMessage(id: string, soul: string, items: readonly Omit<GraphItem, "soul">[]): GunMessage {
  const states: Record<string, number> = {};
  const node: GraphNode = { _: { "#": soul, ">": states } };
  for (const item of items) {
    states[item.key] = item.state;
    node[item.key] = item.value;
  }
  return { "#": id, put: { [soul]: node } };
}

/** Each key that a put carries. */
export function* itemsOf(put: Readonly<Record<string, GraphNode>>): Generator<GraphItem> {
  for (const [soul, node] of Object.entries(put)) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "_") continue;
      yield { soul, key, value: typeof value === "string" ? value : null, state: node._[">"][key] ?? 0 };
    }
  }
}
