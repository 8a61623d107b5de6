import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Hash } from "../model/hex.ts";
import type { StateDelta, StateView } from "../model/state.ts";
import { hexOf } from "./domains.ts";
import { prefixedHash } from "./merkle.ts";

interface Leaf {
  readonly key: string;
  readonly value: Uint8Array;
  hash: Uint8Array | undefined;
}

/** Keys below `left` and `right` are alike before `bit` and differ in it. */
interface Branch {
  readonly bit: number;
  readonly left: Node;
  readonly right: Node;
  hash: Uint8Array | undefined;
}

type Node = Leaf | Branch;

/**
 * The state as a Merkle tree of its sorted keys: one leaf is its own root; of more, let b be the first bit in which the first
 * and the last key differ: then the root is a node of b, the root of the keys with 0 there and that of the keys with 1.
 * One set of entries has one root, however it came about. A tree never changes: a new one shares all that stayed alike,
 * so an undo is the old tree, and each block hashes its own paths alone.
 */
export class StateTree implements StateView {
  static readonly empty = new StateTree(undefined);
  readonly #root: Node | undefined;

  private constructor(root: Node | undefined) {
    this.#root = root;
  }

  static of(entries: StateDelta): StateTree {
    return StateTree.empty.with(entries);
  }

  get(key: string): Uint8Array | undefined {
    let node = this.#root;
    while (node !== undefined && "bit" in node) node = bitOf(key, node.bit) === 0 ? node.left : node.right;
    return node?.key === key ? node.value : undefined;
  }

  with(delta: StateDelta): StateTree {
    let root = this.#root;
    for (const [key, value] of delta) root = value === undefined ? removed(root, key) : put(root, key, value);
    return new StateTree(root);
  }

  /** Every entry, in the order of the keys. */
  *entries(): Generator<readonly [string, Uint8Array]> {
    const waiting = this.#root === undefined ? [] : [this.#root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if ("bit" in node) waiting.push(node.right, node.left);
      else yield [node.key, node.value];
    }
  }

  /** Of no entries: SHA-256 of nothing. */
  root(): Hash {
    return hexOf(this.#root === undefined ? sha256(new Uint8Array()) : hashOf(this.#root));
  }
}

/** Bit 0 is the highest of the first character. Behind the end are zeros, which no key contains. */
function bitOf(key: string, bit: number): number {
  const at = bit >> 3;
  return at < key.length ? (key.charCodeAt(at) >> (7 - (bit & 7))) & 1 : 0;
}

/** Where two different keys differ first. */
function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && at < other.length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  const difference = (one.charCodeAt(at) || 0) ^ (other.charCodeAt(at) || 0);
  return at * 8 + Math.clz32(difference) - 24;
}

function put(root: Node | undefined, key: string, value: Uint8Array): Node {
  const leaf: Leaf = { key, value, hash: undefined };
  if (root === undefined) return leaf;
  let nearest = root;
  while ("bit" in nearest) nearest = bitOf(key, nearest.bit) === 0 ? nearest.left : nearest.right;
  if (nearest.key === key) return replaced(root, leaf);
  return split(root, leaf, firstDifference(nearest.key, key));
}

function replaced(node: Node, leaf: Leaf): Node {
  if (!("bit" in node)) return leaf;
  return bitOf(leaf.key, node.bit) === 0
    ? { ...node, left: replaced(node.left, leaf), hash: undefined }
    : { ...node, right: replaced(node.right, leaf), hash: undefined };
}

function split(node: Node, leaf: Leaf, bit: number): Node {
  if ("bit" in node && node.bit < bit) {
    return bitOf(leaf.key, node.bit) === 0
      ? { ...node, left: split(node.left, leaf, bit), hash: undefined }
      : { ...node, right: split(node.right, leaf, bit), hash: undefined };
  }
  return bitOf(leaf.key, bit) === 0
    ? { bit, left: leaf, right: node, hash: undefined }
    : { bit, left: node, right: leaf, hash: undefined };
}

function removed(node: Node | undefined, key: string): Node | undefined {
  if (node === undefined) return undefined;
  if (!("bit" in node)) return node.key === key ? undefined : node;
  const isLeft = bitOf(key, node.bit) === 0;
  const before = isLeft ? node.left : node.right;
  const after = removed(before, key);
  if (after === before) return node;
  const other = isLeft ? node.right : node.left;
  if (after === undefined) return other;
  return isLeft
    ? { bit: node.bit, left: after, right: other, hash: undefined }
    : { bit: node.bit, left: other, right: after, hash: undefined };
}

/** Reckoned once for each node, when somebody asks. Leaf: 0x00 ‖ u16 key length ‖ key ‖ sha256(value). Branch: 0x01 ‖ u16 bit ‖ left ‖ right. */
function hashOf(node: Node): Uint8Array {
  if (node.hash !== undefined) return node.hash;
  node.hash =
    "bit" in node
      ? prefixedHash(1, u16(node.bit), hashOf(node.left), hashOf(node.right))
      : prefixedHash(0, u16(node.key.length), utf8ToBytes(node.key), sha256(node.value));
  return node.hash;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
