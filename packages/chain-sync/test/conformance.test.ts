import { describe, expect, it, test } from "vitest";
import {
  type ConformanceCheck,
  type ConsensusSubject,
  consensusChecks,
  consensusConformance,
  forkChoiceChecks,
  forkChoiceConformance,
  type StateMachineSubject,
  stateMachineChecks,
  stateMachineConformance,
} from "../src/conformance/index.ts";
import { longestValid } from "../src/consensus/longest-valid.ts";
import { swarmLedger, tokenDeploy, transfer } from "../src/ledger/index.ts";
import { accepted, type Consensus, type ForkChoice, refuse, type StateMachine } from "../src/model/index.ts";
import { personOf, playRules, toolsOf, verifier } from "./support/chain-play.ts";
import { accountNamed, alice, bob, contextAt, parametersOf, transactionOf } from "./support/ledger-play.ts";

const runner = { describe, it };
const people = [personOf(1), personOf(2)];
const producers = people.map((person) => ({ account: person.account, sign: toolsOf(person).sign }));

function subjectOf(consensus: "pow-sha256" | "poa-round-robin"): ConsensusSubject {
  const { parameters, ...rules } = playRules({
    consensus,
    leastDifficulty: 1_000,
    producers: producers.map(({ account }) => account),
  });
  const { genesisTime, blockTimeMs } = parameters;
  return { consensus: rules.consensus, verifier, producers, genesisTime, blockTimeMs };
}

const ledger = swarmLedger(parametersOf());
const machineSubject: StateMachineSubject = {
  machine: ledger,
  context: contextAt(1),
  good: [
    transactionOf(transfer, { to: bob, amount: 5n }, alice, { fee: 3n }),
    transactionOf(tokenDeploy, { ticker: "ALI", name: "A", maxSupply: 500n, metaHash: accountNamed("m") }, alice, {
      nonce: 1n,
    }),
    transactionOf(transfer, { to: alice, amount: 5n }, bob),
  ],
  bad: [
    transactionOf(transfer, { to: bob, amount: 9_000_000n }, alice),
    transactionOf(transfer, { to: bob, amount: 1n }, accountNamed("poor")),
  ],
};

forkChoiceConformance({ runner, create: () => longestValid });
consensusConformance({ runner, create: () => subjectOf("pow-sha256") });
consensusConformance({ runner, create: () => subjectOf("poa-round-robin") });
stateMachineConformance({ runner, create: () => machineSubject });

/** Whether an implementation breaks this promise. */
async function breaks<Subject>(
  checks: readonly ConformanceCheck<Subject>[],
  promise: string,
  create: () => Subject,
): Promise<boolean> {
  const check = checks.find((each) => each.promise === promise);
  if (check === undefined) throw new Error(`nobody promises that ${promise}`);
  try {
    await check.run(create());
    return false;
  } catch {
    return true;
  }
}

describe("a flawed fork choice goes red", () => {
  const flaws: readonly [string, string, () => ForkChoice][] = [
    [
      "a tip equals itself and no other",
      "no tie-break",
      () => ({ id: "a", compare: (one, other) => (one.work > other.work ? 1 : one.work < other.work ? -1 : 0) }),
    ],
    [
      "who wins against a tip is lost to by it",
      "the first one wins",
      () => ({ id: "b", compare: (one, other) => longestValid.compare(one, other) && 1 }),
    ],
    [
      "the order has no circles",
      "a circle",
      () => ({
        id: "c",
        compare: (one, other) =>
          one.height === other.height
            ? longestValid.compare(one, other)
            : (other.height - one.height + 3) % 3 === 1
              ? 1
              : -1,
      }),
    ],
    [
      "the answer depends on the two tips alone, however often and in whatever order it is asked",
      "first seen",
      () => {
        let first: string | undefined;
        return {
          id: "d",
          compare(one, other) {
            first ??= one.id;
            if (one.id === other.id) return longestValid.compare(one, other);
            const answer = longestValid.compare(one, other);
            first = first === one.id ? other.id : one.id;
            return first === one.id ? 1 : answer;
          },
        };
      },
    ],
    [
      "more work on more blocks never loses",
      "the least work",
      () => ({ id: "e", compare: (one, other) => longestValid.compare(other, one) }),
    ],
    [
      "of equal work and height the lower id wins, as everywhere",
      "the higher id",
      () => ({
        id: "f",
        compare: (one, other) =>
          one.work === other.work && one.height === other.height
            ? longestValid.compare({ ...one, id: other.id }, { ...other, id: one.id })
            : longestValid.compare(one, other),
      }),
    ],
  ];
  test.each(flaws)("%s: %s", async (promise, _flaw, create) => {
    expect(await breaks(forkChoiceChecks, promise, create)).toBe(true);
  });
  test("every promise has its flaw", () => {
    expect(new Set(flaws.map(([promise]) => promise))).toEqual(new Set(forkChoiceChecks.map(({ promise }) => promise)));
  });
});

describe("a flawed consensus goes red", () => {
  const flaws: readonly [string, string, "pow-sha256" | "poa-round-robin", (sound: Consensus) => Partial<Consensus>][] =
    [
      [
        "what a producer makes in its turn passes its own checks",
        "seals nothing",
        "poa-round-robin",
        () => ({ seal: async (header) => ({ header, seal: new Uint8Array(64) }) }),
      ],
      [
        "a turn's time is not before it was asked for, and above the median of the ancestors",
        "its parent's time",
        "pow-sha256",
        (sound) => ({ turn: (parent, who) => sound.turn(parent, who, 0) }),
      ],
      [
        "nobody declares his own difficulty",
        "takes what is said",
        "poa-round-robin",
        () => ({ checkAlone: () => accepted }),
      ],
      [
        "a seal is for one header: whatever is altered breaks it",
        "checks no seal",
        "poa-round-robin",
        () => ({ checkAlone: () => accepted, sealClaim: () => undefined }),
      ],
      [
        "a false seal condemns the copy, never the id",
        "condemns the id",
        "pow-sha256",
        (sound) => ({
          checkAlone: (sealed, id) => {
            const verdict = sound.checkAlone(sealed, id);
            return verdict.ok ? verdict : refuse("HEADER_WORK");
          },
        }),
      ],
      [
        "every header adds work, and the same for the same difficulty",
        "work for nothing",
        "poa-round-robin",
        () => ({ work: () => 0n }),
      ],
      [
        "every step of an honest chain is a permitted transition",
        "permits none",
        "pow-sha256",
        () => ({ permitsTransition: () => false }),
      ],
      [
        "the same question has the same answer, whatever was asked between",
        "tires of refusing",
        "pow-sha256",
        (sound) => {
          let refused = 0;
          return {
            checkInPlace: (header, parent) => {
              const verdict = sound.checkInPlace(header, parent);
              refused += verdict.ok ? 0 : 1;
              return refused > 3 ? accepted : verdict;
            },
            checkAlone: () => accepted,
          };
        },
      ],
      [
        "a producer that is told to stop stops, with the reason that it was given",
        "never listens",
        "pow-sha256",
        (sound) => ({ seal: (header, o) => sound.seal(header, { ...o, signal: new AbortController().signal }) }),
      ],
    ];
  test.each(flaws)("%s: %s (%s)", async (promise, _flaw, of, spoil) => {
    const create = () => {
      const sound = subjectOf(of);
      return { ...sound, consensus: { ...sound.consensus, ...spoil(sound.consensus) } };
    };
    expect(await breaks(consensusChecks, promise, create)).toBe(true);
  });
  test("every promise has its flaw", () => {
    expect(new Set(flaws.map(([promise]) => promise))).toEqual(new Set(consensusChecks.map(({ promise }) => promise)));
  });
});

describe("a flawed state machine goes red", () => {
  const shared = { count: 0 };
  const flaws: readonly [string, string, Partial<StateMachine>][] = [
    [
      "the genesis is always the same, in keys and values that a state has room for",
      "a key with a space",
      { genesis: () => new Map([["a b", new Uint8Array(1)]]) },
    ],
    [
      "the same block on the same state gives the same delta, on any kind of view",
      "counts its calls",
      {
        applyBlock(view, context, all) {
          const outcome = ledger.applyBlock(view, context, all);
          shared.count += 1;
          return outcome.ok
            ? { ...outcome, delta: new Map([...outcome.delta, ["count", Uint8Array.of(shared.count % 256)]]) }
            : outcome;
        },
      },
    ],
    [
      "the undo holds the values before, of exactly the keys that changed",
      "forgets one",
      {
        applyBlock(view, context, all) {
          const outcome = ledger.applyBlock(view, context, all);
          return outcome.ok ? { ...outcome, undo: new Map([...outcome.undo].slice(1)) } : outcome;
        },
      },
    ],
    [
      "a view is never written to, and checking changes nothing",
      "scribbles on what it reads",
      {
        checkTransaction(view, transaction, context) {
          return ledger.checkTransaction(view, transaction, context);
        },
        applyBlock(view, context, all) {
          const outcome = ledger.applyBlock(view, context, all);
          view.get(`acct/${alice}`)?.fill(0);
          return shared.count++ % 2 === 0 ? outcome : ledger.applyBlock(view, context, all.slice(1, 1));
        },
      },
    ],
    [
      "one bad transaction refuses the whole block, with BLOCK_TRANSACTION",
      "leaves bad ones out",
      {
        applyBlock: (view, context, all) =>
          ledger.applyBlock(
            view,
            context,
            ledger.select(view, context, all).flatMap((at) => all[at] ?? []),
          ),
      },
    ],
    ["what is checked alone is what a block of it would say", "checks nothing", { checkTransaction: () => accepted }],
    [
      "no transaction counts twice, in one block or in the next",
      "once a block, but again in the next",
      {
        checkTransaction: (view, transaction, context) =>
          ledger.checkTransaction(
            view,
            { ...transaction, nonce: ledger.standing(view, transaction.from).nonce },
            context,
          ),
      },
    ],
    [
      "what is selected is admitted as a block, and all of the good is selected",
      "selects all",
      { select: (_view, _context, all) => all.map((_, at) => at) },
    ],
    [
      "a sender never pays more than the cost that was named, and its nonce goes one on",
      "names too little",
      { cost: () => 0n },
    ],
    [
      "nonsense is refused without a throw, and never scored as a crime",
      "throws",
      {
        cost: (transaction) => {
          if (transaction.type > 9) throw new Error("what is that?");
          return ledger.cost(transaction);
        },
      },
    ],
  ];
  test.each(flaws)("%s: %s", async (promise, _flaw, spoiled) => {
    const create = () => ({ ...machineSubject, machine: { ...ledger, ...spoiled } });
    expect(await breaks(stateMachineChecks, promise, create)).toBe(true);
  });
  test("every promise has its flaw", () => {
    expect(new Set(flaws.map(([promise]) => promise))).toEqual(
      new Set(stateMachineChecks.map(({ promise }) => promise)),
    );
  });
});
