import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** A file whose space is given up when the database needs some to be opened on a full disk. */
export interface Reserve {
  /** Bytes it holds now. */
  size(): Promise<number>;
  /** Bytes that the disk has for us. */
  free(): Promise<number>;
  /** Grows to `bytes`, or to what fits. Returns what it holds now. */
  grow(bytes: number): Promise<number>;
  remove(): Promise<void>;
}

/** Makes the reserve of a folder. */
export type ReserveAt = (path: string, noise: (bytes: number) => Uint8Array) => Reserve;

const pieceBytes = 65_536;

export const reserveFile: ReserveAt = (folder, noise) => {
  const path = join(folder, "swarm-reserve");
  const size = async () => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  };
  return {
    size,
    async free() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async grow(bytes) {
      let held = await size();
      if (held >= bytes) return held;
      const file = await open(path, "a", 0o600);
      try {
        while (held < bytes) {
          // Noise, because a file system that compresses would keep zeros for nothing.
          const { bytesWritten } = await file.write(noise(Math.min(pieceBytes, bytes - held)));
          held += bytesWritten;
        }
        await file.datasync();
      } catch (error) {
        if (!isFull(error)) throw error;
      } finally {
        await file.close();
      }
      return await size();
    },
    remove: () => rm(path, { force: true }),
  };
};

function isMissing(error: unknown): boolean {
  return codeIn(error) === "ENOENT";
}

/** True for the ways in which a file system says that there is no room. */
export function isFull(error: unknown): boolean {
  const code = codeIn(error);
  if (code === "ENOSPC" || code === "EDQUOT") return true;
  if (!(error instanceof Error)) return false;
  return (
    /no space left|disk full|not enough space|quota exceeded/i.test(error.message) ||
    (error.cause !== undefined && isFull(error.cause))
  );
}

function codeIn(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
