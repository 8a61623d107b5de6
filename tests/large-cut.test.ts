import { expect, test } from "vitest";
import { runLargeCut } from "../sim/large-cut.ts";
import { patched } from "../sim/planted.ts";

const seeds = Array.from({ length: 5 }, (_, at) => String(at + 1));
/** What was on its way and what was not yet told, beside the letter itself. */
const most = 1.25;
const heldKind = 13;

const load = (path: string) => {
  const [folder, ...rest] = path.split("/");
  return import(new URL(`../packages/${folder}/src/${rest.join("/")}.ts`, import.meta.url).pathname);
};

test("a large letter whose way is cut in the middle goes on by the next, once, and little of it goes twice", async () => {
  for (const seed of seeds) {
    const report = await runLargeCut(seed);
    expect({ seed, ...report }).toMatchObject({ seed, confirmed: true, handled: 1, resumed: 1 });
    expect(report.sentShare).toBeGreaterThan(1);
    expect(report.sentShare).toBeLessThan(most);
  }
});

test("ablation: where the sender does not hear what is held, more of it goes twice", async () => {
  const plant = patched(
    "core/messaging/acknowledgements",
    "Acknowledgements",
    "read",
    (old) =>
      function (this: unknown, session: unknown, item: readonly unknown[]) {
        return item[0] === heldKind ? false : old.call(this, session, item);
      },
  );
  const undo = await plant(load);
  try {
    for (const seed of seeds.slice(0, 2)) expect((await runLargeCut(seed)).sentShare).toBeGreaterThan(most + 0.1);
  } finally {
    undo();
  }
});
