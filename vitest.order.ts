import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes long, most of it waiting for processes or for time, and its seconds on two cores. The order alone depends on it. */
const long: readonly (readonly [file: string, seconds: number])[] = [
  ["examples/hybrid-swarm/test/run.test.ts", 28],
  ["examples/local-swarm/test/run.test.ts", 26],
  ["tests/acceptance/stop-cycles.test.ts", 24],
  ["tests/seed/seed.test.ts", 20],
  ["packages/cli/test/start.test.ts", 17],
  ["tests/chain-roads.test.ts", 17],
  ["tests/attack-flood.test.ts", 17],
  ["tests/crash/outbox.test.ts", 15],
  ["tests/attack.test.ts", 14],
  ["tests/gun-mailbox.test.ts", 11],
  ["packages/store-level/test/process.test.ts", 10],
  ["examples/third-party-transport/test/third-party-transport.test.ts", 10],
  ["tests/conformance/gun.test.ts", 8],
  ["packages/transport-gun/test/mailbox.test.ts", 8],
  ["packages/cli/test/chat.test.ts", 7],
  ["packages/transport-gun/test/relays.test.ts", 6],
  ["tests/crash/chain.test.ts", 6],
];

/** Seconds of what is not named above, about: one of the pages, one that loads the sources for itself, one that finds them loaded. */
const usual = { browser: 11, alone: 4, together: 1 };

/** One that takes long runs beside the others at any time: none of them begins last, and no core waits with it. */
export class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const named = (file: TestSpecification) => long.find(([path]) => file.moduleId.endsWith(`/${path}`));
    const cost = ({ project: { name } }: TestSpecification) =>
      name === "browser" ? usual.browser : name === "alone" ? usual.alone : usual.together;
    const slow = files.flatMap((file) => {
      const [, seconds] = named(file) ?? [];
      return seconds === undefined ? [] : [{ file, seconds }];
    });
    // By name without the folder: what computes and what waits a little, each in folders of its own, comes mixed.
    const key = ({ moduleId }: TestSpecification) => basename(moduleId) + moduleId;
    const others = files
      .filter((file) => named(file) === undefined)
      .sort((a, b) => cost(b) - cost(a) || (key(a) < key(b) ? -1 : 1));
    const sum = (seconds: readonly number[]) => seconds.reduce((total, each) => total + each, 0);
    // What runs last is short.
    const share = (0.9 * sum(others.map(cost))) / sum(slow.map(({ seconds }) => seconds));
    const order: TestSpecification[] = [];
    for (const { file, seconds } of slow.sort((a, b) => b.seconds - a.seconds)) {
      order.push(file);
      for (let left = seconds * share; left > 0; ) {
        const next = others.shift();
        if (next === undefined) break;
        order.push(next);
        left -= cost(next);
      }
    }
    return [...order, ...others];
  }
}
