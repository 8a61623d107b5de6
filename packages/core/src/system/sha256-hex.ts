import { platform } from "#platform";

/** SHA-256 in lower-case hexadecimal digits: what things are named by. */
export function sha256Hex(bytes: Uint8Array): string {
  return platform.sha256Hex(bytes);
}
