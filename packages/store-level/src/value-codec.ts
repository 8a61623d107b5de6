import { crc32 } from "node:zlib";

const checksumBytes = 4;

/**
 * The value behind a CRC-32 of its place and itself. LevelDB does not verify its own checksums on reading,
 * and a flipped bit must never be given out as a block.
 */
export function sealValue(place: Uint8Array, value: Uint8Array): Uint8Array {
  const sealed = Buffer.allocUnsafe(checksumBytes + value.length);
  sealed.writeUInt32BE(checksumOf(place, value), 0);
  sealed.set(value, checksumBytes);
  return sealed;
}

/** A copy of the value; undefined where the checksum does not fit. */
export function openValue(place: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < checksumBytes) return undefined;
  const value = sealed.subarray(checksumBytes);
  const checksum = new DataView(sealed.buffer, sealed.byteOffset, checksumBytes).getUint32(0);
  return checksum === checksumOf(place, value) ? new Uint8Array(value) : undefined;
}

function checksumOf(place: Uint8Array, value: Uint8Array): number {
  return crc32(value, crc32(place));
}
