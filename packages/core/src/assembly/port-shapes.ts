import type { Port } from "../ports/port.ts";
import { ports } from "../ports/ports.ts";

/** What must stand under a name, in words for a person. */
type MemberKind = "text" | "a function" | "a zod schema";

export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
}

interface PortShape {
  readonly key: symbol;
  readonly members: readonly Member[];
}

/** What the kernel, or another plugin, calls at the ports that plugins fill, sooner or later. Types alone do not hold a plugin in plain JavaScript to it. */
const shapes: readonly PortShape[] = Object.freeze([
  shape(ports.transport, ["open", "roadsTo", "connect", "close", "onState", "addresses"], ["id", "state"]),
  shape(ports.mailbox, ["deposit", "collect"], ["id"]),
  shape(ports.discoverySource, ["discover"], ["id"]),
  shape(ports.syncChannel, ["receive"], ["name"], ["schema"]),
  shape(ports.discovery, ["look", "status"]),
  shape(ports.routes, ["rank", "record", "score"]),
  shape(ports.guard, ["admit", "record"]),
  shape(ports.dialer, ["wanted", "onChange"]),
  shape(ports.store, ["namespace", "batch", "close"]),
]);

/** Those that `value` has not. Of a port without a shape here: none. */
export function missingMembers({ key }: Port<unknown>, value: unknown): readonly Member[] {
  const members = shapes.find((each) => each.key === key)?.members ?? [];
  return members.filter(({ name, kind }) => !isOfKind(memberOf(value, name), kind));
}

function shape<Value>(
  { key }: Port<Value>,
  functions: readonly (keyof Value & string)[],
  texts: readonly (keyof Value & string)[] = [],
  schemas: readonly (keyof Value & string)[] = [],
): PortShape {
  const as = (names: readonly string[], kind: MemberKind) => names.map((name) => ({ name, kind }));
  return { key, members: [...as(texts, "text"), ...as(schemas, "a zod schema"), ...as(functions, "a function")] };
}

function isOfKind(member: unknown, kind: MemberKind): boolean {
  if (kind === "text") return typeof member === "string" && member !== "";
  return typeof (kind === "a function" ? member : memberOf(member, "safeParse")) === "function";
}

function memberOf(value: unknown, name: string): unknown {
  const holds = (typeof value === "object" && value !== null) || typeof value === "function";
  return holds ? Reflect.get(value, name) : undefined;
}
