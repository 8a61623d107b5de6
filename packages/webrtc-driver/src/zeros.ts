/**
 * The message that carries a frame. The empty message is the goodbye, so a frame of zeros alone, as the empty one is, has one
 * more zero in its message: no frame is lost for it, and none is mistaken.
 */
export function messageOf(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  return isZeros(frame) ? new Uint8Array(frame.byteLength + 1) : unshared(frame);
}

/** The frame of a message that is not the goodbye. */
export function frameOf(message: Uint8Array): Uint8Array {
  return isZeros(message) ? message.subarray(1) : message;
}

function isZeros(bytes: Uint8Array): boolean {
  return bytes[0] === undefined || (bytes[0] === 0 && bytes.every((byte) => byte === 0));
}

/** Engines take no shared memory. */
function unshared(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = frame;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(frame);
}
