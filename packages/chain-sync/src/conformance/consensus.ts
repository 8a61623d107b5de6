import type { Header } from "../model/header.ts";
import { type ConsensusSubject, holdsSeal, judge, mineChain } from "./consensus-stage.ts";
import { type ConformanceCheck, type ConformanceOptions, holds, registerSuite } from "./suite.ts";

export type { ConsensusSubject, Producer } from "./consensus-stage.ts";

/** What a header says beside its difficulty, each said otherwise. */
const alterations: readonly ((header: Header) => Partial<Header>)[] = [
  ({ nonce }) => ({ nonce: nonce + 1n }),
  () => ({ stateRoot: "ab".repeat(32) }),
  () => ({ transactionRoot: "cd".repeat(32) }),
  () => ({ producer: "ef".repeat(32) }),
  ({ time }) => ({ time: time + 1 }),
  () => ({ parent: "12".repeat(32) }),
];

/** Every promise of `Consensus`, as data. */
export const consensusChecks: readonly ConformanceCheck<ConsensusSubject>[] = Object.freeze([
  {
    promise: "what a producer makes in its turn passes its own checks",
    async run(subject) {
      for (const { sealed, parent } of await mineChain(subject)) {
        const verdict = judge(subject, sealed, parent);
        holds(verdict.ok, `an honest header was refused: ${verdict.ok ? "" : verdict.reason}`);
        holds(await holdsSeal(subject, sealed), "an honest seal does not hold");
      }
    },
  },
  {
    promise: "a turn's time is not before it was asked for, and above the median of the ancestors",
    async run(subject) {
      for (const { sealed, parent, askedAt } of await mineChain(subject)) {
        const times: number[] = [];
        for (let at: typeof parent | undefined = parent; at && times.length < 11; at = at.parent) times.push(at.time);
        const median = times.sort((one, other) => one - other)[times.length >> 1] ?? 0;
        holds(sealed.header.time >= askedAt, "the time is before the moment of the question");
        holds(sealed.header.time > median, "the time is not above the median");
      }
    },
  },
  {
    promise: "nobody declares his own difficulty",
    async run(subject) {
      for (const { sealed, parent } of await mineChain(subject)) {
        for (const step of [1, -1]) {
          const header = { ...sealed.header, difficulty: sealed.header.difficulty + step };
          holds(!judge(subject, { ...sealed, header }, parent).ok, `a difficulty of ${step} more was taken`);
        }
      }
    },
  },
  {
    promise: "a seal is for one header: whatever is altered breaks it",
    async run(subject) {
      for (const { sealed, parent } of await mineChain(subject)) {
        for (const alter of alterations) {
          const altered = { ...sealed, header: { ...sealed.header, ...alter(sealed.header) } };
          const passes = judge(subject, altered, parent).ok && (await holdsSeal(subject, altered));
          holds(!passes, `altered ${Object.keys(alter(sealed.header)).join()}, and taken`);
        }
      }
    },
  },
  {
    promise: "a false seal condemns the copy, never the id",
    async run(subject) {
      const [first] = await mineChain(subject, 1);
      if (first === undefined) throw new Error("there is no header");
      const sealed = { ...first.sealed, seal: new Uint8Array(64).fill(7) };
      const verdict = judge(subject, sealed, first.parent);
      holds(!verdict.ok || !(await holdsSeal(subject, sealed)), "a seal of sevens was taken");
      holds(verdict.ok || (verdict.blames === "copy" && verdict.code === "HEADER_SEAL"), "the id was condemned");
    },
  },
  {
    promise: "every header adds work, and the same for the same difficulty",
    async run(subject) {
      const { consensus } = subject;
      for (const { sealed } of await mineChain(subject)) {
        const { difficulty } = sealed.header;
        const work = consensus.work(difficulty);
        holds(typeof work === "bigint" && work > 0n, `a work of ${work}`);
        holds(consensus.work(difficulty) === work, "the same difficulty had two works");
      }
    },
  },
  {
    promise: "every step of an honest chain is a permitted transition",
    async run(subject) {
      for (const { sealed, parent } of await mineChain(subject)) {
        const permitted = subject.consensus.permitsTransition(parent.difficulty, sealed.header.difficulty);
        holds(permitted, `${parent.difficulty} to ${sealed.header.difficulty} was refused`);
      }
    },
  },
  {
    promise: "the same question has the same answer, whatever was asked between",
    async run(subject) {
      const chain = await mineChain(subject);
      const wrong = chain.map(({ sealed, parent }) => {
        const header = { ...sealed.header, difficulty: sealed.header.difficulty + 1 };
        return { sealed: { ...sealed, header }, parent };
      });
      const answers = () => [...chain, ...wrong].map(({ sealed, parent }) => judge(subject, sealed, parent).ok);
      const first = answers();
      const again = answers();
      holds(
        first.every((answer, at) => answer === again[at]),
        "the same header was judged twice, and otherwise",
      );
    },
  },
  {
    promise: "a producer that is told to stop stops, with the reason that it was given",
    async run(subject) {
      const [first] = await mineChain(subject, 1);
      const [producer] = subject.producers;
      if (first === undefined || producer === undefined) throw new Error("there is nobody to produce");
      const reason = new Error("told to stop");
      const signal = AbortSignal.abort(reason);
      const found = await subject.consensus
        .seal(first.sealed.header, { signal, sign: producer.sign, pause: async () => {} })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      holds(found === reason, "it went on");
    },
  },
]);

/** Registers a test for every promise of `Consensus`. */
export function consensusConformance(o: ConformanceOptions<ConsensusSubject>): void {
  registerSuite("consensus conformance", consensusChecks, o);
}
