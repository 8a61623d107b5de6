import type { FlawedTransport } from "./altered-transport.ts";

/** Frames that do not come as they were sent. */
export const frameFlaws: readonly FlawedTransport[] = [
  {
    flaw: "loses every 50th frame",
    caughtBy: "10,000 frames arrive each once and in order",
    spoil: () => ({
      connection(sound) {
        let count = 0;
        return { send: (frame) => (++count % 50 === 0 ? true : sound.send(frame)) };
      },
    }),
  },
  {
    flaw: "sends every 40th frame twice",
    caughtBy: "10,000 frames arrive each once and in order",
    spoil: () => ({
      connection(sound) {
        let count = 0;
        return {
          send(frame) {
            if (++count % 40 === 0) sound.send(frame);
            return sound.send(frame);
          },
        };
      },
    }),
  },
  {
    flaw: "lets small frames overtake large ones",
    caughtBy: "large and small frames keep their order among each other",
    spoil: () => ({
      connection(sound) {
        const large: Uint8Array[] = [];
        return {
          send(frame) {
            if (frame.length < 10_000) return sound.send(frame);
            large.push(frame);
            queueMicrotask(() => {
              const next = large.shift();
              if (next !== undefined) sound.send(next);
            });
            return true;
          },
        };
      },
    }),
  },
  {
    flaw: "mixes the order up when both sides send",
    caughtBy: "both ways at once, each keeps its order",
    spoil: () => ({
      connection(sound) {
        let isSending = false;
        return {
          send(frame) {
            isSending = true;
            return sound.send(frame);
          },
          read(onFrame) {
            let held: Uint8Array | undefined;
            let count = 0;
            sound.read((frame) => {
              count += 1;
              if (isSending && count % 100 === 99) held = frame;
              else {
                onFrame(frame);
                if (held !== undefined) onFrame(held);
                held = undefined;
              }
            });
          },
        };
      },
    }),
  },
  {
    flaw: "makes one frame of those that arrive in one turn, as a stream does",
    caughtBy: "frames stay whole and apart, whatever their sizes",
    spoil: () => ({
      connection: (sound) => ({
        read(onFrame) {
          let waiting: Uint8Array[] = [];
          sound.read((frame) => {
            waiting.push(frame);
            if (waiting.length > 1) return;
            queueMicrotask(() => {
              const whole = Uint8Array.from(waiting.flatMap((each) => [...each]));
              waiting = [];
              onFrame(whole);
            });
          });
        },
      }),
    }),
  },
  {
    flaw: "cuts frames to the size of a packet",
    caughtBy: "the largest frame arrives whole, both ways",
    spoil: () => ({
      connection: (sound) => ({
        send(frame) {
          if (frame.length <= 1_200 || frame.length > sound.capabilities.maxFrameBytes) return sound.send(frame);
          sound.send(frame.slice(0, 1_200));
          return sound.send(frame.slice(1_200));
        },
      }),
    }),
  },
  {
    flaw: "reads every frame into one buffer",
    caughtBy: "an array the reader was given stays as it is, whatever comes later",
    spoil: () => ({
      connection: (sound) => ({
        read(onFrame) {
          const buffer = new Uint8Array(sound.capabilities.maxFrameBytes);
          sound.read((frame) => {
            buffer.set(frame);
            onFrame(buffer.subarray(0, frame.length));
          });
        },
      }),
    }),
  },
  {
    flaw: "seals in place, in the caller's array",
    caughtBy: "the transport does not change the array it is given",
    spoil: () => ({
      connection: (sound) => ({
        send(frame) {
          const hasRoom = sound.send(frame.slice());
          frame.fill(0);
          return hasRoom;
        },
      }),
    }),
  },
  {
    flaw: "sends the whole buffer behind a view",
    caughtBy: "a view of a larger buffer arrives as the view alone",
    spoil: () => ({
      connection: (sound) => ({
        send: (frame) => sound.send(frame.length === frame.buffer.byteLength ? frame : new Uint8Array(frame.buffer)),
      }),
    }),
  },
  {
    flaw: "takes an empty frame for nothing",
    caughtBy: "an empty frame arrives as an empty frame, in its place",
    spoil: () => ({ connection: (sound) => ({ send: (frame) => (frame.length === 0 ? true : sound.send(frame)) }) }),
  },
  {
    flaw: "takes frames for text",
    caughtBy: "frames of one byte arrive, every value of it",
    spoil: () => ({
      connection: (sound) => ({
        send: (frame) => sound.send(new TextEncoder().encode(new TextDecoder().decode(frame))),
      }),
    }),
  },
  {
    flaw: "takes a frame that is too large, and sends its beginning",
    caughtBy: "one byte more than the largest is refused by FRAME_TOO_LARGE; the connection goes on",
    spoil: () => ({
      connection: (sound) => ({ send: (frame) => sound.send(frame.slice(0, sound.capabilities.maxFrameBytes)) }),
    }),
  },
  {
    flaw: "claims frames twice as large as it carries",
    caughtBy: "the largest frame arrives whole, both ways",
    spoil: () => ({
      connection: (sound) => ({
        capabilities: { ...sound.capabilities, maxFrameBytes: 2 * sound.capabilities.maxFrameBytes },
      }),
    }),
  },
];
