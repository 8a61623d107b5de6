import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { platform } from "node:os";
import { dirname } from "node:path";
import { SwarmError } from "../errors/index.ts";
import type { Random } from "../ports/clock.ts";
import type { Identity } from "../ports/identity.ts";
import { wipe } from "../security/bytes.ts";
import type { Ed25519Engine } from "../security/ed25519-engine.ts";
import { identityFromSecret } from "../security/identity.ts";
import { corruptKeyFile, readKeyFileText, writeKeyFileText } from "./key-file-text.ts";
import { nodeEd25519 } from "./node-ed25519.ts";

const maxFileBytes = 4_096;

export interface KeyFileOptions {
  /** Where a new secret comes from. The platform's own unless handed in. */
  readonly random?: Pick<Random, "bytes">;
  readonly engine?: Ed25519Engine;
}

/**
 * The identity in a key file; makes one, with a new file (0600), where there is none.
 * Two processes that start at once get the same identity.
 * @throws SwarmError as `loadIdentityFile` and `createIdentityFile`
 */
export async function openIdentityFile(path: string, o: KeyFileOptions = {}): Promise<Identity> {
  const present = await loadIdentityFile(path, o);
  if (present !== undefined) return present;
  await createIdentityFile(path, o);
  const made = await loadIdentityFile(path, o);
  if (made === undefined) throw new SwarmError("IDENTITY_FILE_UNREADABLE", `The key file ${path} went away again.`);
  return made;
}

/**
 * The identity in a key file, or undefined where there is no such file.
 * @throws SwarmError `IDENTITY_FILE_CORRUPT`, `IDENTITY_FILE_EXPOSED`, `IDENTITY_FILE_VERSION`, `IDENTITY_FILE_UNREADABLE`
 */
export async function loadIdentityFile(path: string, o: KeyFileOptions = {}): Promise<Identity | undefined> {
  const text = await readGuarded(path);
  if (text === undefined) return undefined;
  const { peer, secret } = readKeyFileText(text, path);
  const identity = identityFromSecret(secret, o.engine ?? nodeEd25519());
  wipe(secret);
  if (identity.id !== peer) throw corruptKeyFile(path, "has a secret that is not that of its peer");
  return identity;
}

/**
 * Writes a new identity, on the medium before it has its name. An existing file stays as it is.
 * @returns true where this call made the file
 * @throws SwarmError `IDENTITY_FILE_UNREADABLE`, `STORE_FULL`
 */
export async function createIdentityFile(path: string, o: KeyFileOptions = {}): Promise<boolean> {
  const secret = o.random?.bytes(32) ?? new Uint8Array(randomBytes(32));
  const { id } = identityFromSecret(secret, o.engine ?? nodeEd25519());
  const draft = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeSynced(draft, writeKeyFileText({ peer: id, secret }));
    return await giveName(draft, path);
  } catch (cause) {
    if (isCode(cause, "ENOSPC", "EDQUOT"))
      throw new SwarmError("STORE_FULL", `No room for the key file ${path}.`, { cause });
    throw unreadable(path, "written", cause);
  } finally {
    wipe(secret);
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function readGuarded(path: string): Promise<string | undefined> {
  // Not blocking: a pipe under this name would otherwise hold the start for ever.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return undefined;
    throw unreadable(path, "read", cause);
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new SwarmError("IDENTITY_FILE_UNREADABLE", `${path} is no plain file.`);
    if (platform() !== "win32" && (facts.mode & 0o077) !== 0) {
      const mode = (facts.mode & 0o777).toString(8);
      throw new SwarmError(
        "IDENTITY_FILE_EXPOSED",
        `The key file ${path} has mode ${mode}: others may read or write it.`,
      );
    }
    if (facts.size > maxFileBytes) throw corruptKeyFile(path, "is too long for one");
    return await file.readFile("utf8");
  } catch (cause) {
    throw SwarmError.is(cause) ? cause : unreadable(path, "read", cause);
  } finally {
    await file.close();
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the draft its name unless the name is taken. A link refuses a taken name; a rename would replace what is there. */
async function giveName(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return false;
    if (!isCode(cause, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw cause;
    // A medium without links, as FAT.
    await rename(draft, path);
  }
  await syncFolder(dirname(path));
  return true;
}

/** So that the name, too, survives a loss of power. Not every platform opens a folder; then it is its own affair. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, constants.O_RDONLY);
    await folder.sync().finally(() => folder.close());
  } catch (cause) {
    if (!isCode(cause, "EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP")) throw cause;
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}

function unreadable(path: string, how: string, cause: unknown): SwarmError {
  return new SwarmError("IDENTITY_FILE_UNREADABLE", `The key file ${path} could not be ${how}.`, { cause });
}
