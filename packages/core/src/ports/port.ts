/** A typed token. `Value` is what one registration gives. */
export interface Port<Value> {
  readonly key: symbol;
  readonly name: string;
  /** "one": a second provider is a conflict. "many": providers add up. */
  readonly arity: "one" | "many";
  /** Never set: carries the type alone. */
  readonly value?: Value;
}
export interface OnePort<Value> extends Port<Value> {
  readonly arity: "one";
}
export interface ManyPort<Value> extends Port<Value> {
  readonly arity: "many";
}

/** A port with a single provider. The key is shared between copies of the package. */
export function definePort<Value>(name: string): OnePort<Value> {
  return Object.freeze({ key: Symbol.for(`swarm-space.port:${name}`), name, arity: "one" as const });
}

/** A port whose providers add up. */
export function defineManyPort<Value>(name: string): ManyPort<Value> {
  return Object.freeze({ key: Symbol.for(`swarm-space.port:${name}`), name, arity: "many" as const });
}
