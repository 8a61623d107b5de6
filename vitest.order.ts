import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What mostly waits, for processes or for time, and the seconds it takes on two cores. The order alone depends on it. */
const waiting: readonly (readonly [file: string, seconds: number])[] = [
  ["examples/hybrid-swarm/test/run.test.ts", 30],
  ["examples/local-swarm/test/run.test.ts", 29],
  ["tests/attack-flood.test.ts", 25],
  ["tests/seed/seed.test.ts", 25],
  ["tests/crash/outbox.test.ts", 19],
  ["tests/chain-roads.test.ts", 17],
  ["packages/cli/test/start.test.ts", 15],
  ["tests/attack.test.ts", 13],
  ["tests/gun-mailbox.test.ts", 11],
  ["examples/third-party-transport/test/third-party-transport.test.ts", 10],
  ["tests/conformance/gun.test.ts", 10],
  ["packages/transport-gun/test/relays.test.ts", 9],
  ["tests/crash/chain.test.ts", 8],
  ["packages/cli/test/chat.test.ts", 8],
];

/**
 * First what has a process of its own. Of the rest one that waits runs beside those that compute, all the time: none of them begins last, and no core
 * waits with it.
 */
export class InTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const secondsOf = (file: TestSpecification) => waiting.find(([path]) => file.moduleId.endsWith(`/${path}`))?.[1];
    const isShared = (file: TestSpecification) => file.project.config.isolate === false;
    const slow = sorted.flatMap((file) => {
      const seconds = secondsOf(file);
      return seconds === undefined ? [] : [{ file, seconds }];
    });
    const quick = sorted.filter((file) => isShared(file) && secondsOf(file) === undefined);
    const quickPerSecond = quick.length / slow.reduce((sum, { seconds }) => sum + seconds, 0);
    const order = sorted.filter((file) => !isShared(file) && secondsOf(file) === undefined);
    for (const { file, seconds } of slow.sort((a, b) => b.seconds - a.seconds))
      order.push(file, ...quick.splice(0, Math.ceil(seconds * quickPerSecond)));
    return [...order, ...quick];
  }
}
