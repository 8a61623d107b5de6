import { StateTree } from "../hashing/state-tree.ts";
import { chainLimits } from "../model/limits.ts";
import type { AppliedBlock, BlockContext, StateDelta, StateMachine, StateView } from "../model/state.ts";
import type { Transaction } from "../model/transaction.ts";
import { type ConformanceCheck, type ConformanceOptions, holds, registerSuite } from "./suite.ts";

/** A state machine under test, and transactions that it knows. */
export interface StateMachineSubject {
  readonly machine: StateMachine;
  readonly context: BlockContext;
  /** Good as one block of `context` on the genesis, in this order. At least two. */
  readonly good: readonly Transaction[];
  /** Each refused on the genesis. At least one. */
  readonly bad: readonly Transaction[];
}

function genesisOf(machine: StateMachine): StateTree {
  return StateTree.of(machine.genesis());
}

function applied({ machine, context, good }: StateMachineSubject, view: StateView = genesisOf(machine)): AppliedBlock {
  const outcome = machine.applyBlock(view, context, good);
  if (!outcome.ok) throw new Error(`a good block was refused: ${outcome.reason}`);
  return outcome;
}

function isSameDelta(one: StateDelta, other: StateDelta): boolean {
  const text = (delta: StateDelta) =>
    JSON.stringify(
      [...delta].map(([key, value]) => [key, value && [...value]]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  return text(one) === text(other);
}

/** Every promise of `StateMachine`, as data. */
export const stateMachineChecks: readonly ConformanceCheck<StateMachineSubject>[] = Object.freeze([
  {
    promise: "the genesis is always the same, in keys and values that a state has room for",
    run({ machine }) {
      const genesis = machine.genesis();
      holds(isSameDelta(genesis, machine.genesis()), "two geneses differ");
      for (const [key, value] of genesis) {
        holds(/^[\x21-\x7e]{1,256}$/.test(key), `the key ${key}`);
        holds(value === undefined || value.length <= chainLimits.stateValueBytes, `the value of ${key} is too large`);
      }
    },
  },
  {
    promise: "the same block on the same state gives the same delta, on any kind of view",
    run(subject) {
      const genesis = subject.machine.genesis();
      const first = applied(subject);
      holds(isSameDelta(first.delta, applied(subject).delta), "the second time it gave another");
      const plain = applied(subject, { get: (key) => genesis.get(key) });
      holds(isSameDelta(first.delta, plain.delta), "another kind of view gave another");
    },
  },
  {
    promise: "the undo holds the values before, of exactly the keys that changed",
    run(subject) {
      const before = genesisOf(subject.machine);
      const { delta, undo } = applied(subject, before);
      holds([...delta.keys()].sort().join("\n") === [...undo.keys()].sort().join("\n"), "other keys than the delta's");
      holds(before.with(delta).with(undo).root() === before.root(), "the state after is not the state before");
      holds(before.with(delta).root() !== before.root(), "the block changed nothing");
    },
  },
  {
    promise: "a view is never written to, and checking changes nothing",
    run(subject) {
      const { machine, context, good, bad } = subject;
      const values = new Map([...machine.genesis()].map(([key, value]) => [key, value && Object.freeze([...value])]));
      const handedOut: Uint8Array[] = [];
      const view: StateView = {
        get(key) {
          const value = values.get(key);
          if (value === undefined) return undefined;
          const bytes = Uint8Array.from(value);
          handedOut.push(bytes);
          return bytes;
        },
      };
      const before = applied(subject, view);
      const untouched = handedOut.map((bytes) => bytes.join());
      for (const transaction of [...good, ...bad]) machine.checkTransaction(view, transaction, context);
      holds(isSameDelta(before.delta, applied(subject, view).delta), "after the checks the block does something else");
      holds(
        untouched.every((text, at) => handedOut[at]?.join() === text),
        "a value of the view was changed",
      );
    },
  },
  {
    promise: "one bad transaction refuses the whole block, with BLOCK_TRANSACTION",
    run({ machine, context, good, bad }) {
      holds(bad.length > 0 && good.length > 1, "the subject has too few transactions");
      for (const transaction of bad) {
        const outcome = machine.applyBlock(genesisOf(machine), context, [transaction]);
        holds(!outcome.ok && outcome.code === "BLOCK_TRANSACTION", "a bad transaction was applied");
      }
    },
  },
  {
    promise: "what is checked alone is what a block of it would say",
    run({ machine, context, good, bad }) {
      const view = genesisOf(machine);
      for (const transaction of [...good, ...bad]) {
        const { ok } = machine.checkTransaction(view, transaction, context);
        holds(ok === machine.applyBlock(view, context, [transaction]).ok, "check and block disagree");
      }
    },
  },
  {
    promise: "no transaction counts twice, in one block or in the next",
    run(subject) {
      const { machine, context, good } = subject;
      const view = genesisOf(machine);
      const [first] = good;
      if (first === undefined) throw new Error("the subject has no transactions");
      holds(!machine.applyBlock(view, context, [first, first]).ok, "twice in one block");
      const after = view.with(applied(subject, view).delta);
      const later = { ...context, height: context.height + 1, time: context.time + 1 };
      holds(!machine.checkTransaction(after, first, later).ok, "again in the next");
    },
  },
  {
    promise: "what is selected is admitted as a block, and all of the good is selected",
    run({ machine, context, good, bad }) {
      const view = genesisOf(machine);
      const candidates = [...bad, ...good, ...bad];
      const chosen = machine.select(view, context, candidates);
      const picked = chosen.flatMap((at) => candidates[at] ?? []);
      holds(machine.applyBlock(view, context, picked).ok, "the selection is refused as a block");
      holds(
        good.every((transaction) => picked.includes(transaction)),
        "a good one was left out",
      );
      holds(
        chosen.every((at, place) => place === 0 || at > (chosen[place - 1] ?? -1)),
        "not in their order",
      );
    },
  },
  {
    promise: "a sender never pays more than the cost that was named, and its nonce goes one on",
    run({ machine, context, good }) {
      const view = genesisOf(machine);
      const transaction = good.find(({ from }) => from !== context.producer);
      if (transaction === undefined) throw new Error("the producer sends all of the good transactions");
      const outcome = machine.applyBlock(view, context, [transaction]);
      if (!outcome.ok) throw new Error(outcome.reason);
      const [before, after] = [view, view.with(outcome.delta)].map((state) =>
        machine.standing(state, transaction.from),
      );
      holds((before?.balance ?? 0n) - (after?.balance ?? 0n) <= machine.cost(transaction), "it paid more");
      holds(after?.nonce === (before?.nonce ?? 0n) + 1n, "the nonce did not go one on");
    },
  },
  {
    promise: "nonsense is refused without a throw, and never scored as a crime",
    run({ machine, context, good }) {
      const view = genesisOf(machine);
      for (const base of good) {
        for (let type = 0; type < 256; type += 1) {
          for (const payload of [new Uint8Array(), base.payload, new Uint8Array(4_096).fill(255)]) {
            const nonsense = { ...base, type, payload };
            machine.cost(nonsense);
            const verdict = machine.checkTransaction(view, nonsense, context);
            holds(verdict.ok || verdict.class === "invalid" || verdict.score === 0, "a matter of policy was scored");
          }
        }
      }
      holds(machine.standing(view, "00".repeat(32)).nonce === 0n, "an account that never was has a past");
    },
  },
]);

/** Registers a test for every promise of `StateMachine`. */
export function stateMachineConformance(o: ConformanceOptions<StateMachineSubject>): void {
  registerSuite("state machine conformance", stateMachineChecks, o);
}
