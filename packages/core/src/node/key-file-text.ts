import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { base32nopad } from "@scure/base";
import { SwarmError } from "../errors/index.ts";
import type { PeerId } from "../ports/identity.ts";
import { textBytes } from "../security/bytes.ts";
import { isPeerId, publicKeyOf } from "../security/peer-id.ts";

const title = "swarm-space-identity/";
const version = "1";

/** What stands in a key file. */
export interface KeyFileContent {
  readonly peer: PeerId;
  /** The Ed25519 seed, 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * Four lines: title and version, peer, secret, and a checksum over the lines before, so that a cut or an edit is seen.
 * All of it is a secret.
 */
export function writeKeyFileText({ peer, secret }: KeyFileContent): string {
  const lines = `${title}${version}\npeer ${peer}\nsecret ${base32nopad.encode(secret).toLowerCase()}\n`;
  return `${lines}check ${checksum(lines)}\n`;
}

/**
 * @param file its path, for the words of an error
 * @throws SwarmError `IDENTITY_FILE_CORRUPT`, `IDENTITY_FILE_VERSION`. Neither repeats what the file says.
 */
export function readKeyFileText(text: string, file: string): KeyFileContent {
  const corrupt = (why: string) => corruptKeyFile(file, why);
  const [first = "", peerLine = "", secretLine = "", checkLine = "", end, ...more] = text.split("\n");
  if (!first.startsWith(title)) throw corrupt("is no key file, or its beginning is lost");
  const theirs = first.slice(title.length);
  if (theirs !== version) {
    if (/^[1-9]\d{0,3}$/.test(theirs)) {
      throw new SwarmError(
        "IDENTITY_FILE_VERSION",
        `The key file ${file} has version ${theirs}; this package reads ${version}.`,
        { detail: { file } },
      );
    }
    throw corrupt("has no version");
  }
  const lines = `${first}\n${peerLine}\n${secretLine}\n`;
  if (end !== "" || more.length > 0) throw corrupt("is truncated, or has more than its lines");
  if (checkLine !== `check ${checksum(lines)}`) throw corrupt("does not fit its checksum");
  const peer = peerLine.slice("peer ".length);
  const secret = secretLine.slice("secret ".length);
  // A secret has the same 52 letters as a peer id: both are 32 bytes.
  if (peerLine !== `peer ${peer}` || !isPeerId(peer) || secretLine !== `secret ${secret}` || !isPeerId(secret)) {
    throw corrupt("names no peer and secret");
  }
  return { peer, secret: publicKeyOf(secret) };
}

function checksum(lines: string): string {
  return bytesToHex(sha256(textBytes(lines)).subarray(0, 8));
}

export function corruptKeyFile(file: string, why: string): SwarmError {
  return new SwarmError("IDENTITY_FILE_CORRUPT", `The key file ${file} ${why}.`, { detail: { file } });
}
