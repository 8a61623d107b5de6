import type { GunMessage } from "../src/index.ts";

const names = Object.getOwnPropertyNames(Object.prototype);

/** A put of one key, as JSON. Written by hand: an object literal would lose `__proto__`. */
function put(soul: string, key: string, value = '"v"', state = "1", inner = soul): string {
  return `{"#":"hostile01","put":{"${soul}":{"_":{"#":"${inner}",">":{"${key}":${state}}},"${key}":${value}}}}`;
}

/** Frames that must not pass, each with what is wrong with it. */
export const hostileFrames: readonly (readonly [what: string, frame: string])[] = [
  ...names.flatMap((name): (readonly [string, string])[] => [
    [`soul ${name}`, put(name, "key")],
    [`key ${name}`, put("soul", name)],
    [`id ${name}`, `{"#":"${name}","get":{"#":"soul"}}`],
    [`answer ${name}`, `{"#":"hostile02","@":"${name}"}`],
    [`answer ${name} with put`, `{"#":"hostile02","@":"${name}","put":null,"ok":1}`],
    [`dam ${name}`, `{"#":"hostile03","dam":"${name}"}`],
    [`get ${name}`, `{"#":"hostile04","get":{"#":"${name}"}}`],
    [`get key ${name}`, `{"#":"hostile05","get":{"#":"soul",".":"${name}"}}`],
    [`pid ${name}`, `{"#":"hostile06","dam":"?","pid":"${name}"}`],
    [`put under id ${name}`, put("soul", "key").replace("hostile01", name)],
    [`put that answers ${name}`, put("soul", "key").replace("{", `{"@":"${name}",`)],
    [`top level ${name}`, `{"#":"hostile07","${name}":1}`],
  ]),
  ...["in", "out", "put", "get", "hi", "bye", "opt", "create"].flatMap((tag): (readonly [string, string])[] => [
    [`answer to Gun's own event ${tag}`, `{"#":"hostile08","@":"${tag}","ok":1}`],
    [`put that answers Gun's own event ${tag}`, put("soul", "key").replace("{", `{"@":"${tag}",`)],
  ]),
  ["braces", "{{{"],
  ["null", "null"],
  ["a number", "1"],
  ["a string", '"text"'],
  ["nothing", ""],
  ["half a frame", put("soul", "key").slice(0, 40)],
  ["nested deep", "[".repeat(30_000)],
  ["nested deep and closed", "[".repeat(20) + "]".repeat(20)],
  ["a list in a list", `[[${put("soul", "key")}]]`],
  ["a state of tomorrow", put("soul", "key", '"v"', String(Date.now() + 86_400_000))],
  ["a state of text", put("soul", "key", '"v"', '"1"')],
  ["an endless state", put("soul", "key", '"v"', "1e999")],
  ["a negative state", put("soul", "key", '"v"', "-1")],
  ["an object as value", put("soul", "key", '{"a":1}')],
  ["a list as value", put("soul", "key", "[1]")],
  ["a number as value", put("soul", "key", "7")],
  ["a value of 40 KB", put("soul", "key", JSON.stringify("x".repeat(40_000)))],
  ["another soul within", put("soul", "key", '"v"', "1", "other")],
  ["no state", '{"#":"hostile09","put":{"soul":{"_":{"#":"soul"},"key":"v"}}}'],
  ["no meta", '{"#":"hostile09","put":{"soul":{"key":"v"}}}'],
  ["a node that is null", '{"#":"hostile09","put":{"soul":null}}'],
  ["a node that is text", '{"#":"hostile09","put":{"soul":"text"}}'],
  ["a put of a list", '{"#":"hostile09","put":[1]}'],
  ["a get of text", '{"#":"hostile09","get":"soul"}'],
  ["a get by pattern", '{"#":"hostile09","get":{"#":{"*":""}}}'],
  ["a soul of a megabyte", put("s".repeat(60_000), "key")],
  ["a hash of text", '{"#":"__define","##":"Getter__","get":{"#":"soul"}}'],
  ["an id that is an object", '{"#":{"a":1},"get":{"#":"soul"}}'],
  ["a frame of 70 KB", `{"#":"hostile10","err":${JSON.stringify("x".repeat(70_000))}}`],
  ["a thousand messages", JSON.stringify(Array.from({ length: 1_000 }, () => ({})))],
];

/** What must pass. */
export const honestFrames: readonly string[] = [
  put("soul", "key"),
  put("soul", "key", "null", "2"),
  '{"#":"honest001","get":{"#":"soul"}}',
  '{"#":"honest002","get":{"#":"soul",".":"key"},"##":12345}',
  '{"#":"honest003","@":"honest001","ok":{"":1}}',
  '{"dam":"?","pid":"abcdefghi","#":"honest004"}',
  '{"dam":"hi","#":"honest005"}',
  `[${put("soul", "a")},${put("soul", "b")}]`,
  `{"#":"honest006","><":"a,b","FOO":1,"%":"honest007","put":${JSON.stringify({ s: { _: { "#": "s", ">": { k: 1 } }, k: "v" } })}}`,
  "[]",
];

/** Whether anything of a message could be looked up on a prototype. */
export function holdsPrototypeName(message: GunMessage): boolean {
  const texts = [message["#"], message["@"], message.pid, message.dam, message.get?.["#"], message.get?.["."]];
  for (const [soul, node] of Object.entries(message.put ?? {})) texts.push(soul, ...Object.keys(node));
  return texts.some((text) => text !== undefined && names.includes(text));
}
