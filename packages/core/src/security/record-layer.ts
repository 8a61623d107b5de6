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
  /** With `afterTurn`, what the next records take is made ready where there is time. */
  readonly clock: Pick<Clock, "now" | "afterTurn">;
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
  /** Forgets all keys. Twice is harmless. */
  wipe(): void;
}

export function createRecordLayer(o: RecordLayerOptions): RecordLayer {
  const soon = onceATurn(o.clock, () => {
    sealer.prepare();
    opener.prepare();
  });
  const sealer = recordSealer(o, soon);
  const opener = recordOpener(o, soon);
  return {
    overheadBytes: recordOverheadBytes,
    seal: sealer.seal,
    open: opener.open,
    wipe() {
      sealer.wipe();
      opener.wipe();
    },
  };
}

/** Gives a function that asks for `act` once what has arrived is read, however often it is called until then. */
function onceATurn(clock: RecordLayerOptions["clock"], act: () => void): () => void {
  let isDue = false;
  const run = () => {
    isDue = false;
    act();
  };
  return () => {
    if (isDue || clock.afterTurn === undefined) return;
    isDue = true;
    clock.afterTurn(run);
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

interface Sealing extends Pick<RecordLayer, "seal" | "wipe"> {
  prepare(): void;
}

function recordSealer(o: RecordLayerOptions, soon: () => void): Sealing {
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
      soon();
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

interface Opening extends Pick<RecordLayer, "open" | "wipe"> {
  prepare(): void;
}

function recordOpener(o: RecordLayerOptions, soon: () => void): Opening {
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
      soon();
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
  const view = new DataView(header.buffer, header.byteOffset, headerBytes);
  view.setUint16(0, epoch);
  view.setUint16(2, Math.floor(counter / 0x1_0000_0000));
  view.setUint32(4, counter >>> 0);
}

/** Undefined for what is no record by its length or type. */
function readHeader(record: Uint8Array): { readonly epoch: number; readonly counter: number } | undefined {
  if (!(record instanceof Uint8Array)) return undefined;
  if (record.length < recordOverheadBytes || record.length > recordOverheadBytes + maxSealedFrameBytes)
    return undefined;
  const view = new DataView(record.buffer, record.byteOffset, headerBytes);
  return { epoch: view.getUint16(0), counter: view.getUint16(2) * 0x1_0000_0000 + view.getUint32(4) };
}
