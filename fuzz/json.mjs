/** JSON text as a stranger would write it: any shape, hostile names, numbers beyond numbers. */
const names = [
  "#",
  "_",
  ">",
  "put",
  "get",
  "dam",
  "@",
  "##",
  "ok",
  "err",
  ".",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "a",
];
const scalars = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1e400",
  "-0",
  "1e-400",
  "9007199254740993",
  "1.5",
  '""',
  '"a"',
  '"\\u0000"',
  '"\\ud800"',
];

/** Any value, at most `depth` deep. */
export function anyJson(random, depth = 5) {
  const kind = random.integer(depth > 0 ? 6 : 3);
  if (kind < 2) return scalars[random.integer(scalars.length)];
  if (kind === 2) return JSON.stringify(names[random.integer(names.length)]);
  const size = random.integer(5);
  if (kind === 3) return `[${Array.from({ length: size }, () => anyJson(random, depth - 1)).join(",")}]`;
  const entries = Array.from(
    { length: size },
    () => `${JSON.stringify(names[random.integer(names.length)])}:${anyJson(random, depth - 1)}`,
  );
  return `{${entries.join(",")}}`;
}

/** The value with some of its parts put into others, renamed, doubled or lost. */
export function shuffled(random, value, depth = 6) {
  if (random.chance(0.06)) return JSON.parse(plainNumbers(anyJson(random, 3)));
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) {
    const list = value.map((each) => shuffled(random, each, depth - 1));
    if (list.length > 0 && random.chance(0.1)) list.push(list[random.integer(list.length)]);
    return list;
  }
  const entries = Object.entries(value).map(([key, each]) => [
    random.chance(0.05) ? names[random.integer(names.length)] : key,
    shuffled(random, each, depth - 1),
  ]);
  if (entries.length > 0 && random.chance(0.05)) entries.splice(random.integer(entries.length), 1);
  // Not `fromEntries`: a key named __proto__ must stay a key.
  const made = Object.create(null);
  for (const [key, each] of entries) made[key] = each;
  return made;
}

const plainNumbers = (text) => text.replace(/-?1e[-+]?400/g, "7");

const encoder = new TextEncoder();
export const textBytes = (text) => encoder.encode(text);
const decoder = new TextDecoder();
export const textOf = (bytes) => decoder.decode(bytes);
