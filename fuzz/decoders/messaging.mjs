import { isDeepStrictEqual } from "node:util";
import { decode } from "cborg";
import { anyItem, borderNumber, bytesItem, head, listItem, numberItem, roughly, textItem } from "../cbor.mjs";
import { refuse } from "../refuse.mjs";

const channel = "chat.room:1";
const strict = { strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: false };

/** Session frames, letters in pieces, and the messages in them. */
export async function messagingDecoders(load) {
  const frames = await load("core", "messaging/frame");
  const { Assemblies } = await load("core", "messaging/assemblies");
  const limits = await load("core", "messaging/limits");
  const codec = await load("core", "messaging/message-codec");
  const mail = await load("core", "mail/mail-content");
  const ranges = await load("core", "messaging/seq-ranges");
  const views = await load("core", "messaging/byte-views");
  const { PlainReader } = await load("core", "messaging/plain-reader");
  const reader = new PlainReader();
  const body = codec.encodeMessage({ text: "hello", n: 1, list: [1, 2.5, null, true], bytes: new Uint8Array(9) });
  const letter = [1, 7, channel, 0, 30_000, body];
  const pieces = [0, 220, 440].map((offset) => [2, 3, channel, 0, 30_000, new Uint8Array(220), 0, 0, 0, offset, 660]);
  const items = [
    letter,
    [...letter, 4, 9],
    ...pieces,
    [3, [1, 5, 9, 1]],
    [4, [1, 4_096]],
    [5, 3, "HANDLER_FAILED", "it threw"],
    [6, [2, 2]],
    [7, [4, 1]],
    [8, 1],
    [9, 1],
    [10, "bye"],
    [13, 3, [0, 220, 300, 5], 1],
    [99, "unknown", {}],
  ];
  const seeds = [...items.map((item) => frames.encodeFrame(1, [item])), frames.encodeFrame(4, items)];

  const visit = ({ base, items: read }) => {
    let sequences = 0;
    for (const item of read) {
      if (![3, 4, 6, 7].includes(item[0])) continue;
      ranges.visitRanges(item[1], () => {
        sequences++;
        if (sequences > limits.windowLetters * read.length) throw new Error("ranges beyond the window were accepted");
      });
    }
    const again = frames.decodeFrame(frames.encodeFrame(base, read));
    if ("rejected" in again || again.items.length !== read.length)
      throw new Error("an accepted frame is none when encoded");
  };

  return [
    {
      name: "frame",
      seeds,
      make: makeFrame,
      run(bytes, turn) {
        const frame = frames.decodeFrame(bytes);
        const view = views.viewLetters(bytes);
        if (view !== undefined && !isDeepStrictEqual([view.version, view.base, ...view.items], decode(bytes, strict)))
          throw new Error("letters are viewed otherwise than the codec reads them");
        if ("rejected" in frame) return refuse(frame.rejected);
        if (turn % 16 === 0) visit(frame);
        return [...new Set(frame.items.map((item) => `${item[0]}/${Math.min(item.length, 11)}`))].join(" ");
      },
    },
    {
      name: "pieces",
      seeds: [frames.encodeFrame(1, pieces), ...pieces.map((piece) => frames.encodeFrame(1, [piece]))],
      make: makePieces,
      run: piecesRunner(frames, Assemblies, limits),
    },
    {
      name: "message",
      seeds: [
        body,
        codec.encodeMessage({ n: 1, text: "x".repeat(80), tags: ["a"] }),
        codec.encodeMessage([[], {}, "", -1, 1e300, "é".repeat(40)]),
        codec.encodeMessage(null),
      ],
      make: (random) => Uint8Array.from(anyItem(random, 6)),
      run(bytes) {
        const message = readBothWays(bytes, reader, codec.decodeMessage);
        if (hasProto(message)) throw new Error("a key named __proto__ was accepted");
        return typeof message;
      },
    },
    {
      name: "mail-content",
      seeds: [
        mail.encodeMail({ kind: "message", channel, ttlMs: 60_000, base: 3, body, card: new Uint8Array(190) }),
        mail.encodeMail({
          kind: "answer",
          origin: "5.00ff00ff00ff00ff",
          handled: [1, 2, 9],
          failed: [[4, "HANDLER_FAILED", "it threw"]],
          card: new Uint8Array(),
        }),
      ],
      make: makeMail,
      run(bytes) {
        const read = mail.decodeMail(bytes);
        if (read === undefined) refuse("no mail");
        return read.kind;
      },
    },
  ];
}

/** The short way reads what the codec reads, or leaves it to the codec. */
function readBothWays(bytes, reader, decodeMessage) {
  const plain = reader.read(bytes);
  let message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    if (plain !== undefined) throw new Error("the short way read what the codec refuses");
    throw error;
  }
  if (plain === undefined) return message;
  // In words too, for the order of keys.
  if (!isDeepStrictEqual(plain, message) || JSON.stringify(plain) !== JSON.stringify(message))
    throw new Error("the short way reads otherwise than the codec");
  return message;
}

function makeMail(random) {
  if (random.chance(0.5))
    return Uint8Array.from(
      roughly(random, [
        head(0, 1),
        textItem(channel),
        seq(random),
        seq(random),
        bytesItem(random.bytes(random.integer(40))),
        bytesItem(new Uint8Array()),
      ]),
    );
  const handled = Array.from({ length: random.integer(random.chance(0.9) ? 8 : 300) }, () => seq(random));
  const failed = Array.from({ length: random.integer(4) }, () =>
    roughly(random, [seq(random), textItem("HANDLER_FAILED"), textItem("x".repeat(random.integer(300)))]),
  );
  return Uint8Array.from(
    roughly(random, [
      head(0, 2),
      textItem("5.00ff00ff00ff00ff"),
      listItem(handled, random),
      listItem(failed, random),
      bytesItem(new Uint8Array()),
    ]),
  );
}

/** Many inputs meet in one set of assemblies, as those of one peer do. */
function piecesRunner(frames, Assemblies, limits) {
  let assemblies = new Assemblies();
  let left = 256;
  return (bytes) => {
    if (left-- === 0) {
      assemblies = new Assemblies();
      left = 256;
    }
    const frame = frames.decodeFrame(bytes);
    if ("rejected" in frame) return refuse(frame.rejected);
    assemblies.dropBelow(frame.base);
    const states = frame.items.filter((item) => item[0] === 2).map((item) => assemblies.add(item, 1 << 20).state);
    if (assemblies.bytes > limits.maxAssemblyBytes || assemblies.bytes < 0) throw new Error("assemblies hold too much");
    return [...new Set(states)].sort().join(" ");
  };
}

function hasProto(value) {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || (!(value instanceof Uint8Array) && Object.values(value).some(hasProto));
}

function seq(random) {
  return numberItem(random.chance(0.6) ? 1 + random.integer(12) : borderNumber(random), random);
}

function makeFrame(random) {
  const items = Array.from({ length: random.integer(6) }, () => makeItem(random));
  return Uint8Array.from(roughly(random, [head(0, 1), numberItem(random.integer(9), random), ...items]));
}

function makeItem(random) {
  const kind = 1 + random.integer(13);
  const kindItem = head(0, kind, random);
  switch (kind) {
    case 1:
      return roughly(random, [
        kindItem,
        seq(random),
        textItem(channel),
        head(0, random.integer(4)),
        seq(random),
        bytesItem(random.bytes(random.integer(40))),
      ]);
    case 2:
      return pieceItem(random);
    case 3:
    case 4:
    case 6:
    case 7:
      return roughly(random, [
        kindItem,
        listItem(
          Array.from({ length: random.integer(8) }, () => seq(random)),
          random,
        ),
      ]);
    case 5:
      return roughly(random, [
        kindItem,
        seq(random),
        textItem("HANDLER_FAILED"),
        textItem("x".repeat(random.integer(300))),
      ]);
    case 13:
      return heldItem(random);
    case 10:
      return roughly(random, [kindItem, textItem("bye")]);
    default:
      return roughly(random, [kindItem, seq(random)]);
  }
}

function pieceItem(random, length = 1 + random.integer(300)) {
  const offset = random.chance(0.9) ? 220 * random.integer(3) : borderNumber(random);
  const total = random.chance(0.9) ? 660 : borderNumber(random);
  return roughly(random, [
    head(0, 2),
    seq(random),
    textItem(channel),
    head(0, random.integer(4)),
    numberItem(30_000, random),
    bytesItem(random.bytes(length)),
    seq(random),
    head(0, 0),
    head(0, 0),
    numberItem(offset, random),
    numberItem(total, random),
  ]);
}

function heldItem(random) {
  const ranges = Array.from({ length: random.integer(8) }, () => numberItem(random.integer(700), random));
  return roughly(random, [head(0, 13), seq(random), listItem(ranges, random), head(0, random.integer(2))]);
}

function makePieces(random) {
  const parts = Array.from({ length: 1 + random.integer(6) }, () =>
    pieceItem(random, random.chance(0.5) ? 220 : undefined),
  );
  return Uint8Array.from(
    listItem([head(0, 1), numberItem(random.chance(0.8) ? 1 : random.integer(12), random), ...parts], random),
  );
}
