import { createHash } from "node:crypto";
import { domainBytes, nobleEd25519, strictVerifier } from "@swarm-space/core";
import { describe, expect, test } from "vitest";
import { chainRules } from "../src/chain/rules.ts";
import { decodeDescription, encodeDescription } from "../src/codec/description-codec.ts";
import {
  decodeBody,
  decodeHeader,
  decodeSealedHeader,
  decodeTransaction,
  encodeBody,
  encodeHeader,
  encodeSealedHeader,
  encodeTransaction,
} from "../src/codec/index.ts";
import { compactDifficulty, expandDifficulty } from "../src/consensus/difficulty.ts";
import { descriptionClaim, nameDescription } from "../src/hashing/description-id.ts";
import { bytesOf, signingDomains } from "../src/hashing/domains.ts";
import { blockIdOf, nameTransaction, openHeader, transactionClaim, transactionIdOf } from "../src/hashing/ids.ts";
import { merkleRoot } from "../src/hashing/merkle.ts";
import { StateTree } from "../src/hashing/state-tree.ts";
import { vectors } from "./vectors/read-vectors.ts";

const verifier = strictVerifier(nobleEd25519());

describe("what a second implementation, in Python, made", () => {
  test("genesis of the default parameters: the network's own name", () => {
    const { block, state } = chainRules({}).genesis;
    expect({ id: block.id, stateRoot: state.root() }).toEqual(vectors.genesis);
  });

  test.each(vectors.headers)("header $header.height: form, id and seal", ({ header, encoded, id, seal, sealedBy }) => {
    expect(encodeHeader(header)).toEqual(encoded);
    expect(decodeHeader(encoded)).toEqual({ ok: true, value: header });
    expect(blockIdOf(header)).toBe(id);
    const sealed = { header, seal };
    expect(decodeSealedHeader(encodeSealedHeader(sealed))).toEqual({ ok: true, value: sealed });
    expect(encodeSealedHeader(sealed)).toHaveLength(254);
    expect(openHeader(encodeSealedHeader(sealed))).toEqual({ ok: true, value: { id, sealed } });
    expect(verifier.verify(bytesOf(sealedBy), domainBytes(signingDomains.seal, bytesOf(id)), seal)).toBe(true);
  });

  test.each(vectors.transactions)("transaction of type $transaction.type: form, both ids, signature", (vector) => {
    const { transaction, encoded, id, fullId } = vector;
    expect(encodeTransaction(transaction)).toEqual(encoded);
    expect(decodeTransaction(encoded)).toEqual({ ok: true, value: transaction });
    expect(transactionIdOf(transaction)).toBe(id);
    const named = nameTransaction(transaction);
    expect(named).toEqual({ transaction, id, fullId, bytes: encoded.length });
    const claim = transactionClaim(named);
    expect(verifier.verify(bytesOf(claim.account), domainBytes(claim.domain, claim.bytes), claim.signature)).toBe(true);
  });

  test("body and its root", () => {
    const transactions = vectors.transactions.map(({ transaction }) => transaction);
    expect(encodeBody(transactions)).toEqual(vectors.body.encoded);
    expect(decodeBody(vectors.body.encoded)).toEqual({ ok: true, value: transactions });
    expect(merkleRoot(vectors.transactions.map(({ fullId }) => fullId))).toBe(vectors.body.root);
  });

  test.each(vectors.descriptions)("description of $description.token: form, id, content hash, signature", (vector) => {
    const { description, encoded, id, contentHash, owner } = vector;
    expect(encodeDescription(description)).toEqual(encoded);
    expect(decodeDescription(encoded)).toEqual({ ok: true, value: description });
    const named = nameDescription(description);
    expect(named).toMatchObject({ id, contentHash });
    const claim = descriptionClaim(named, owner);
    expect(verifier.verify(bytesOf(owner), domainBytes(claim.domain, claim.bytes), claim.signature)).toBe(true);
  });

  test.each(vectors.merkle)("Merkle root of $leaves leaves", ({ leaves, root }) => {
    const all = Array.from({ length: leaves }, (_, at) => createHash("sha256").update(`leaf ${at}`).digest("hex"));
    expect(merkleRoot(all)).toBe(root);
  });

  test.each(vectors.states)("state root $root", ({ entries, root }) => {
    expect(StateTree.of(new Map(entries)).root()).toBe(root);
    expect(StateTree.of(new Map(entries.toReversed())).root()).toBe(root);
  });

  test.each(vectors.signatures)("ed25519-strict/1, $case: $accepts", ({ accepts, key, message, signature }) => {
    expect(verifier.verify(bytesOf(key), message, signature)).toBe(accepts);
  });

  test.each(vectors.difficulties)("difficulty $compact is worth $value", ({ compact, value }) => {
    expect(expandDifficulty(compact)?.toString() ?? null).toBe(value);
    if (value !== null) expect(compactDifficulty(BigInt(value))).toBe(compact);
  });
});
