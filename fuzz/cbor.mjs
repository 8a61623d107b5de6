/**
 * CBOR (RFC 8949) as no honest encoder would write it: heads longer than need be, lengths that lie, indefinite
 * lengths, tags, floats that are no numbers. Everything follows from the random that is handed in.
 */
const keys = ["a", "text", "n", "", "__proto__", "constructor", "prototype", "toString", "length", "0", "é", "\u0000"];
const numbers = [
  0,
  1,
  2,
  23,
  24,
  255,
  256,
  4_095,
  4_096,
  4_097,
  16_384,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 48,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 64,
];

/** A number that stands at some border. */
export function borderNumber(random) {
  return numbers[random.integer(numbers.length)];
}

/** Initial byte and argument, in the shortest form or, now and then, in another. */
export function head(major, value, random) {
  const shortest = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000 ? 4 : 8;
  const size = random?.chance(0.03) ? Math.max(shortest, [1, 2, 4, 8][random.integer(4)]) : shortest;
  if (size === 0) return [(major << 5) | value];
  const info = { 1: 24, 2: 25, 4: 26, 8: 27 }[size];
  const bytes = [(major << 5) | info];
  let rest = BigInt(Math.min(value, 2 ** 64 - 2048));
  for (let at = size; at >= 1; at--) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

/** A length that is true, or now and then is not. */
function length(actual, random) {
  return random.chance(0.02) ? borderNumber(random) : actual;
}

/** Any item at all, as a list of bytes, at most `depth` deep. */
export function anyItem(random, depth = 4) {
  switch (random.integer(depth > 0 ? 12 : 8)) {
    case 0:
    case 1:
      return head(0, random.chance(0.5) ? random.integer(32) : borderNumber(random), random);
    case 2:
      return head(1, random.chance(0.5) ? random.integer(32) : borderNumber(random), random);
    case 3: {
      const size = random.chance(0.9) ? random.integer(70) : random.integer(2_000);
      return [...head(2, length(size, random), random), ...random.bytes(size)];
    }
    case 4:
    case 5: {
      const text = [...new TextEncoder().encode(keys[random.integer(keys.length)])];
      return [...head(3, length(text.length, random), random), ...text];
    }
    case 6:
      return [[0xf4], [0xf5], [0xf6], [0xf7], [0xf8, random.integer(256)], [0xff]][random.integer(6)];
    case 7:
      return [
        [0xf9, 0x7e, 0x00],
        [0xf9, 0x7c, 0x00],
        [0xf9, ...random.bytes(2)],
        [0xfa, ...random.bytes(4)],
        [0xfb, ...random.bytes(8)],
      ][random.integer(5)];
    case 8:
    case 9: {
      const items = Array.from({ length: random.integer(6) }, () => anyItem(random, depth - 1));
      if (random.chance(0.05)) return [0x9f, ...items.flat(), 0xff];
      return [...head(4, length(items.length, random), random), ...items.flat()];
    }
    case 10: {
      const entries = Array.from({ length: random.integer(5) }, () => [
        ...(random.chance(0.9) ? textItem(keys[random.integer(keys.length)]) : anyItem(random, 0)),
        ...anyItem(random, depth - 1),
      ]);
      if (random.chance(0.05)) return [0xbf, ...entries.flat(), 0xff];
      return [...head(5, length(entries.length, random), random), ...entries.flat()];
    }
    default:
      return [...head(6, borderNumber(random), random), ...anyItem(random, depth - 1)];
  }
}

export function textItem(text) {
  const bytes = [...new TextEncoder().encode(text)];
  return [...head(3, bytes.length), ...bytes];
}

export function bytesItem(bytes) {
  return [...head(2, bytes.length), ...bytes];
}

export function numberItem(value, random) {
  return value < 0 ? head(1, -1 - value, random) : head(0, value, random);
}

/** A list of ready items. */
export function listItem(items, random) {
  return [...head(4, random ? length(items.length, random) : items.length, random), ...items.flat()];
}

/** Each field as it should be, or now and then any item in its place; now and then one missing or one too many. */
export function roughly(random, fields) {
  const items = fields.map((field) => (random.chance(0.12) ? anyItem(random, 2) : field));
  if (random.chance(0.05)) items.splice(random.integer(items.length + 1), 1);
  if (random.chance(0.05)) items.splice(random.integer(items.length + 1), 0, anyItem(random, 2));
  return listItem(items, random);
}
