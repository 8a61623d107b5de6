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

/**
 * A put of items of one soul as text. Joined here: objects with keys that are new each time are slow to make and to
 * serialise.
 * @param ask whether the relay is to say that it keeps them
 */
export function putText(id: string, soul: string, items: readonly Omit<GraphItem, "soul">[], ask = false): string {
  const name = JSON.stringify(soul);
  let states = "";
  let values = "";
  for (const { key, value, state } of items) {
    const quoted = JSON.stringify(key);
    states += `${states === "" ? "" : ","}${quoted}:${state}`;
    values += `,${quoted}:${value === null ? "null" : JSON.stringify(value)}`;
  }
  const ok = ask ? ',"ok":{"@":1}' : "";
  return `{"#":${JSON.stringify(id)}${ok},"put":{${name}:{"_":{"#":${name},">":{${states}}}${values}}}}`;
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
