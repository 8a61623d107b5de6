import { SwarmError } from "../errors/index.ts";
import { maxFrameBytes } from "../messaging/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { CipherState, CryptoSuite } from "../ports/crypto-suite.ts";
import { wipe } from "./bytes.ts";

/** Largest frame that is sealed whole. */
export const maxSealedFrameBytes = maxFrameBytes;
/** Key epoch in two bytes, counter in six, big-endian. */
const headerBytes = 8;
const tagBytes = 16;
/** What sealing adds to a frame. */
export const recordOverheadBytes = headerBytes + tagBytes;
const lastEpoch = 0xffff;
const lastCounter = 2 ** 48 - 1;

export interface RecordLayerOptions {
  readonly suite: CryptoSuite;
  /** 32 bytes each, copied; the caller wipes its own. */
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
  readonly clock: Pick<Clock, "now">;
  /** A new key after so many frames. Default 2³². */
  readonly rekeyAfterFrames?: number;
  /** A new key with the first frame after so many milliseconds. Default one hour. */
  readonly rekeyAfterMs?: number;
}

/**
 * Seals frames of an ordered link, and opens those of the other side. Each record says its key epoch and a counter
 * that only grows, over all epochs; so a record is good once, in its order, and in its direction.
 */
export interface RecordLayer {
  readonly overheadBytes: number;
  /**
   * The record of a frame of at most 66,048 bytes.
   * @throws SwarmError `FRAME_TOO_LARGE`, `SEAL_EXHAUSTED` (65,536 keys or 2⁴⁸ frames: make a new link), `CONNECTION_CLOSED` once wiped
   */
  seal(frame: Uint8Array): Uint8Array;
  /**
   * The frame of a record. Whatever does not hold ends this direction for good: altered, repeated, out of order, of another key.
   * @throws SwarmError `SEAL_BROKEN`
   */
  open(record: Uint8Array): Uint8Array;
  /** Makes ready what the next record of each direction takes, for when there is time. Twice is harmless. */
  prepare(): void;
  /** Forgets all keys. Twice is harmless. */
  wipe(): void;
}

export function createRecordLayer(o: RecordLayerOptions): RecordLayer {
  const sealer = recordSealer(o);
  const opener = recordOpener(o);
  return {
    overheadBytes: recordOverheadBytes,
    seal: sealer.seal,
    open: opener.open,
    prepare() {
      sealer.prepare();
      opener.prepare();
    },
    wipe() {
      sealer.wipe();
      opener.wipe();
    },
  };
}

/** A key and its cipher, and the one after it. */
interface EpochKey {
  readonly cipher: CipherState;
  next(): EpochKey;
  wipe(): void;
}

function epochKey(suite: CryptoSuite, key: Uint8Array): EpochKey {
  const own = Uint8Array.from(key);
  const cipher = suite.cipher(own);
  return {
    cipher,
    next() {
      const following = suite.rekey(own);
      const next = epochKey(suite, following);
      wipe(following);
      return next;
    },
    wipe() {
      cipher.wipe();
      wipe(own);
    },
  };
}

function recordSealer(o: RecordLayerOptions): Pick<RecordLayer, "seal" | "prepare" | "wipe"> {
  const rekeyAfterFrames = o.rekeyAfterFrames ?? 2 ** 32;
  const rekeyAfterMs = o.rekeyAfterMs ?? 3_600_000;
  let key = epochKey(o.suite, o.sendKey);
  let over = false;
  let epoch = 0;
  let counter = 0;
  let framesOfKey = 0;
  let keyedAt = o.clock.now();
  const header = new Uint8Array(headerBytes);

  const rekey = (now: number): void => {
    if (epoch === lastEpoch) throw new SwarmError("SEAL_EXHAUSTED", "This link has used all its keys.");
    const next = key.next();
    key.wipe();
    key = next;
    epoch += 1;
    framesOfKey = 0;
    keyedAt = now;
  };

  return {
    seal(frame) {
      if (over) throw new SwarmError("CONNECTION_CLOSED", "The link's keys are wiped.");
      if (frame.length > maxSealedFrameBytes) {
        throw new SwarmError("FRAME_TOO_LARGE", `A sealed frame has at most ${maxSealedFrameBytes} bytes.`);
      }
      if (counter > lastCounter) throw new SwarmError("SEAL_EXHAUSTED", "This link has used all its counters.");
      const now = o.clock.now();
      if (framesOfKey >= rekeyAfterFrames || (framesOfKey > 0 && now - keyedAt >= rekeyAfterMs)) rekey(now);
      writeHeader(header, epoch, counter);
      const record = key.cipher.seal(counter, header, frame, headerBytes);
      record.set(header);
      counter += 1;
      framesOfKey += 1;
      return record;
    },
    prepare() {
      if (over) return;
      writeHeader(header, epoch, counter);
      key.cipher.prepare?.("seal", counter, header);
    },
    wipe() {
      over = true;
      key.wipe();
    },
  };
}

function recordOpener(o: RecordLayerOptions): Pick<RecordLayer, "open" | "prepare" | "wipe"> {
  let key = epochKey(o.suite, o.receiveKey);
  let over = false;
  let epoch = 0;
  let lastSeen = -1;
  /** As the next record most often begins. */
  const header = new Uint8Array(headerBytes);

  const clear = (): void => {
    over = true;
    key.wipe();
  };

  /** The sender moves one epoch at a time, and each has a frame: so a record is of this epoch or the next. */
  const openWith = (record: Uint8Array, recordEpoch: number, counter: number): Uint8Array | undefined => {
    if (counter <= lastSeen) return undefined;
    const header = record.subarray(0, headerBytes);
    const sealed = record.subarray(headerBytes);
    if (recordEpoch === epoch) return key.cipher.open(counter, header, sealed);
    if (recordEpoch !== epoch + 1) return undefined;
    const next = key.next();
    const frame = next.cipher.open(counter, header, sealed);
    if (frame === undefined) {
      next.wipe();
      return undefined;
    }
    key.wipe();
    key = next;
    epoch = recordEpoch;
    return frame;
  };

  return {
    open(record) {
      if (over) throw new SwarmError("SEAL_BROKEN", "A seal of this link was broken before, or the link is closed.");
      const header = readHeader(record);
      const frame = header === undefined ? undefined : openWith(record, header.epoch, header.counter);
      if (header === undefined || frame === undefined) {
        clear();
        throw new SwarmError("SEAL_BROKEN", "A record's seal does not hold, or it came out of its order.");
      }
      lastSeen = header.counter;
      return frame;
    },
    prepare() {
      if (over) return;
      writeHeader(header, epoch, lastSeen + 1);
      key.cipher.prepare?.("open", lastSeen + 1, header);
    },
    wipe: clear,
  };
}

function writeHeader(header: Uint8Array, epoch: number, counter: number): void {
  const high = Math.floor(counter / 0x1_0000_0000);
  for (const [at, word] of [epoch, high, (counter >>> 16) & 0xffff, counter & 0xffff].entries()) {
    header[2 * at] = word >> 8;
    header[2 * at + 1] = word;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Undefined for what is no record by its length or type. */
function readHeader(record: Uint8Array): { readonly epoch: number; readonly counter: number } | undefined {
  if (!(record instanceof Uint8Array)) return undefined;
  if (record.length < recordOverheadBytes || record.length > recordOverheadBytes + maxSealedFrameBytes)
    return undefined;
  const low = word(record, 4) * 0x1_0000 + word(record, 6);
  return { epoch: word(record, 0), counter: word(record, 2) * 0x1_0000_0000 + low };
}
