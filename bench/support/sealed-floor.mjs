import { decode, encode } from "cborg";
import { smallText } from "../letters.mjs";
import { recordPair } from "./record-pair.mjs";

const perFrame = 32;

/** The same letters through codec and seal alone, 32 a frame: body, frame, record, and all of it back. */
export function sealedFloor(count) {
  const { sender, receiver } = recordPair();
  const started = performance.now();
  for (let at = 0; at < count; at += perFrame) {
    const items = [];
    for (let i = 0; i < perFrame; i++)
      items.push([1, at + i, "bench", 0, 30_000, encode({ text: smallText, n: at + i })]);
    const frame = receiver.open(sender.seal(encode([1, at, ...items])));
    for (const item of decode(frame).slice(2)) decode(item[5]);
  }
  return (count * 1000) / (performance.now() - started);
}
