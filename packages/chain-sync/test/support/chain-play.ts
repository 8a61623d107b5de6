import { domainBytes, type Ed25519Signer, nobleEd25519, strictVerifier } from "@swarm-space/core";
import { connectBlock } from "../../src/chain/block-checks.ts";
import { draftBlock, sealDraft } from "../../src/chain/build-block.ts";
import { type HeaderNode, HeaderTree } from "../../src/chain/header-tree.ts";
import { type ChainRules, chainRules, type ReplacedRules } from "../../src/chain/rules.ts";
import { bytesOf, hexOf, signingDomains } from "../../src/hashing/domains.ts";
import { nameTransaction, transactionIdOf } from "../../src/hashing/ids.ts";
import type { StateTree } from "../../src/hashing/state-tree.ts";
import { encodePayload, type TransactionType } from "../../src/ledger/index.ts";
import { strictSignatures } from "../../src/live/strict-signatures.ts";
import type { ChainParametersInput } from "../../src/model/chain-parameters.ts";
import type { Block, NamedTransaction, SignatureVerifier } from "../../src/model/index.ts";

const engine = nobleEd25519();

/** Somebody with a key. */
export interface Person {
  readonly account: string;
  readonly signer: Ed25519Signer;
}

export function personOf(seed: number): Person {
  const signer = engine.signer(new Uint8Array(32).fill(seed));
  return { account: hexOf(signer.publicKey), signer };
}

export const verifier: SignatureVerifier = strictSignatures(strictVerifier(engine));

/** A verifier for tests of something else: strict verification by noble costs three milliseconds. */
export const trusting: SignatureVerifier = { verifyBatch: async (claims) => claims.map(() => true) };

export const toolsOf = (person: Person) => ({
  signal: new AbortController().signal,
  sign: async (domain: string, bytes: Uint8Array) => person.signer.sign(domainBytes(domain, bytes)),
  pause: async () => {},
});

export interface Written {
  readonly nonce: bigint;
  readonly fee?: bigint;
  readonly expiryHeight?: number;
  /** Leaves 64 zeros in the place of the signature. */
  readonly unsigned?: boolean;
}

export function writeTransaction<Payload>(
  rules: ChainRules,
  person: Person,
  type: TransactionType<Payload>,
  payload: Payload,
  { nonce, fee = 10n, expiryHeight = 1_000_000, unsigned = false }: Written,
): NamedTransaction {
  const body = {
    version: 1,
    chainId: rules.genesis.block.id,
    type: type.number,
    from: person.account,
    nonce,
    fee,
    expiryHeight,
    payload: encodePayload(type, payload),
  };
  const signature = unsigned
    ? new Uint8Array(64)
    : person.signer.sign(domainBytes(signingDomains.transaction, bytesOf(transactionIdOf(body))));
  return nameTransaction({ ...body, signature });
}

export function playRules(changed: ChainParametersInput = {}, replaced: ReplacedRules = {}): ChainRules {
  return chainRules({ network: "test", leastDifficulty: 1, ...changed }, replaced);
}

export const treeOf = (rules: ChainRules): HeaderTree =>
  new HeaderTree(rules.genesis.block, rules.consensus, rules.forkChoice);

/** A branch that grows: makes valid blocks, and keeps their states. */
export class Branch {
  readonly blocks: Block[] = [];
  readonly rules: ChainRules;
  readonly #tree: HeaderTree;
  tip: HeaderNode;
  state: StateTree;

  constructor(rules: ChainRules, from?: Branch) {
    this.rules = rules;
    this.#tree = treeOf(rules);
    this.tip = this.#tree.genesis;
    this.state = rules.genesis.state;
    for (const block of from?.blocks ?? []) this.push(block);
  }

  push(block: Block): void {
    const connected = connectBlock(this.rules, this.state, block);
    if (!connected.ok) throw new Error(connected.reason);
    this.tip = this.#tree.add(block.id, block.sealed, this.tip);
    this.state = connected.state;
    this.blocks.push(block);
  }

  async grow(person: Person, transactions: readonly NamedTransaction[] = [], stepMs?: number): Promise<Block> {
    const now = this.tip.height === 0 ? this.rules.parameters.genesisTime : this.tip.time;
    const draft = draftBlock(this.rules, this.tip, this.state, transactions, {
      producer: person.account,
      now: now + (stepMs ?? this.rules.parameters.blockTimeMs),
    });
    if (!draft.ok) throw new Error(`not in turn before ${draft.retryAt}`);
    const block = await sealDraft(this.rules, draft, toolsOf(person));
    this.push(block);
    return block;
  }
}
