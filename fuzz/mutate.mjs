/** Changes bytes as a stranger might: everything follows from the random that is handed in. */
const interesting = Uint8Array.from([
  0, 1, 2, 0x0a, 0x10, 0x17, 0x18, 0x1b, 0x20, 0x22, 0x3b, 0x40, 0x5b, 0x5f, 0x7b, 0x7f, 0x80, 0x81, 0x9b, 0x9f, 0xa0,
  0xa1, 0xbb, 0xbf, 0xc0, 0xd8, 0xf4, 0xf6, 0xf7, 0xf9, 0xfb, 0xfe, 0xff,
]);
const borders = [
  0n,
  1n,
  127n,
  128n,
  255n,
  256n,
  4_096n,
  32_767n,
  32_768n,
  65_535n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** No input is longer, so that a million tries end. Beyond every limit of the decoders' own frames. */
export const maxInputBytes = 70_000;

/** One of the pool with one change or several. */
export function mutate(random, pool, tokens = []) {
  let bytes = pool[random.integer(pool.length)];
  const changes = random.chance(0.6) ? 1 : 1 + random.integer(6);
  for (let i = 0; i < changes; i++) bytes = change(random, bytes, pool, tokens);
  return bytes.length > maxInputBytes ? bytes.subarray(0, maxInputBytes) : bytes;
}

function change(random, bytes, pool, tokens) {
  if (bytes.length === 0) return random.bytes(1 + random.integer(8));
  const at = random.integer(bytes.length);
  switch (random.integer(tokens.length > 0 ? 13 : 11)) {
    case 0:
    case 1:
      return set(bytes, at, bytes[at] ^ (1 << random.integer(8)));
    case 2:
      return set(bytes, at, interesting[random.integer(interesting.length)]);
    case 3:
      return set(bytes, at, bytes[at] + (random.chance(0.5) ? 1 : -1));
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return splice(bytes, at, 0, random.bytes(1 + random.integer(random.chance(0.95) ? 8 : 300)));
    case 6:
      return splice(bytes, at, 1 + random.integer(Math.min(32, bytes.length - at)), new Uint8Array());
    case 7: {
      const length = 1 + random.integer(Math.min(64, bytes.length - at));
      const part = bytes.subarray(at, at + length);
      return splice(bytes, random.integer(bytes.length), 0, part);
    }
    case 8:
      return border(random, bytes, at);
    case 9: {
      const other = pool[random.integer(pool.length)];
      return other.length === 0
        ? bytes
        : splice(bytes, at, bytes.length - at, other.subarray(random.integer(other.length)));
    }
    case 10:
      return lengthField(random, bytes, at);
    default:
      return splice(bytes, at, random.chance(0.5) ? 0 : random.integer(4), tokens[random.integer(tokens.length)]);
  }
}

function set(bytes, at, value) {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

function splice(bytes, at, removed, added) {
  const copy = new Uint8Array(bytes.length - Math.min(removed, bytes.length - at) + added.length);
  copy.set(bytes.subarray(0, at));
  copy.set(added, at);
  copy.set(bytes.subarray(at + removed), at + added.length);
  return copy;
}

/** A number at some border, in one, two, four or eight bytes, in place. */
function border(random, bytes, at) {
  const size = [1, 2, 4, 8][random.integer(4)];
  const field = new Uint8Array(size);
  let rest = borders[random.integer(borders.length)];
  for (let i = size - 1; i >= 0; i--) {
    field[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return splice(bytes, at, size, field);
}

/** Finds the next byte that looks like a CBOR head with a length, and lets it lie. */
function lengthField(random, bytes, from) {
  for (let at = from; at < bytes.length; at++) {
    const major = bytes[at] >> 5;
    if (major < 2 || major > 5) continue;
    const info = bytes[at] & 31;
    if (info < 24) return set(bytes, at, (major << 5) | random.integer(28));
    return border(random, bytes, at + 1);
  }
  return set(bytes, from, 0x9b);
}
