/**
 * What a session frame says, in short: its base, and each item's kind and first number. Reads the clear bytes that the
 * stand-in cipher leaves; of anything else, and of handshakes, nothing.
 */
export function frameHeaders(record: Uint8Array): string {
  const reader = new Reader(record.subarray(recordHeaderBytes, Math.max(recordHeaderBytes, record.length - tagBytes)));
  try {
    const count = reader.head(4);
    if (count < 2 || reader.head(0) !== 1) return "";
    const parts = [String(reader.head(0))];
    for (let item = 2; item < count; item++) {
      const fields = reader.head(4);
      const kind = reader.head(0);
      const named = fields > 1 && reader.major === 0 ? `/${reader.head(0)}` : "";
      parts.push(`${kind}${named}`);
      for (let field = named === "" ? 1 : 2; field < fields; field++) reader.skip();
    }
    return parts.join(" ");
  } catch {
    return "";
  }
}

const recordHeaderBytes = 8;
const tagBytes = 16;

/** CBOR (RFC 8949 §3) of definite length. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get major(): number {
    return this.#next(0) >> 5;
  }

  /** The argument of a head of this major type. */
  head(major: number): number {
    if (this.major !== major) throw new RangeError("another type");
    const info = this.#next(1) & 31;
    if (info < 24) return info;
    if (info > 27) throw new RangeError("no definite length");
    let value = 0;
    for (let left = 2 ** (info - 24); left > 0; left--) value = value * 256 + this.#next(1);
    return value;
  }

  skip(): void {
    const { major } = this;
    const value = this.head(major);
    if (major === 2 || major === 3) this.#at += value;
    else if (major === 4) for (let left = value; left > 0; left--) this.skip();
    else if (major > 4) throw new RangeError("not in a frame");
  }

  #next(step: number): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError("the end");
    this.#at += step;
    return byte;
  }
}
