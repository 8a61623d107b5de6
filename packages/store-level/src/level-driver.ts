import { ClassicLevel } from "classic-level";

/** One write, in bytes. */
export type LevelWrite =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array };

export interface LevelPage {
  /** The first key wanted; `gt`: the one before it. */
  readonly gte?: Uint8Array;
  readonly gt?: Uint8Array;
  readonly lt?: Uint8Array;
  readonly reverse: boolean;
  /** At most so many entries; fewer where they are large. Only an empty page is the last. */
  readonly limit: number;
}

/** An open database of sorted bytes. */
export interface LevelDatabase {
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  write(writes: readonly LevelWrite[], sync: boolean): Promise<void>;
  page(page: LevelPage): Promise<readonly (readonly [Uint8Array, Uint8Array])[]>;
  close(): Promise<void>;
}

/** Opens the database of a folder. */
export type OpenLevel = (path: string) => Promise<LevelDatabase>;

const pageBytes = 512 * 1_024;

/** The only touch of classic-level. */
export const openClassicLevel: OpenLevel = async (path) => {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(path, { keyEncoding: "view", valueEncoding: "view" });
  await level.open();
  return {
    get: (key) => level.get(key),
    write: (writes, sync) => level.batch([...writes], { sync }),
    async page({ limit, ...range }) {
      const iterator = level.iterator({ ...range, limit, highWaterMarkBytes: pageBytes });
      try {
        return await iterator.nextv(limit);
      } finally {
        await iterator.close();
      }
    },
    close: () => level.close(),
  };
};
