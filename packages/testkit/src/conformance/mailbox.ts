import { type ConformanceForm, chooseChecks, registerChecks } from "./choice.ts";
import type { MailboxCapabilities, MailboxCheck, MailboxHarness } from "./mailbox-check.ts";
import { collectChecks } from "./mailbox-collect-checks.ts";
import { depositChecks } from "./mailbox-deposit-checks.ts";
import { MailboxStage } from "./mailbox-stage.ts";
import { type ConformanceRunner, runOn } from "./runner.ts";

export type {
  MailboxCapabilities,
  MailboxCheck,
  MailboxHarness,
  MailboxLimits,
  MailboxNode,
} from "./mailbox-check.ts";

/** Every promise of the `Mailbox` port, as data. */
export const mailboxChecks: readonly MailboxCheck[] = Object.freeze([...collectChecks, ...depositChecks]);

export interface MailboxConformanceOptions {
  readonly runner: ConformanceRunner;
  /** Makes the keeper for one check. */
  create(): MailboxHarness | Promise<MailboxHarness>;
  /** Chooses the checks. What is not claimed is skipped, with the text that stands for it as the reason. */
  readonly capabilities: MailboxCapabilities;
  /** Default "whole". */
  readonly form?: ConformanceForm;
}

/** Registers a test for every promise of the `Mailbox` port. */
export function mailboxConformance({ runner, create, capabilities, form }: MailboxConformanceOptions): void {
  const choice = chooseChecks(mailboxChecks, capabilities, form);
  registerChecks(runner, "mailbox conformance", choice, (check) => runMailboxCheck(check, create));
}

/** Runs one check with a keeper of its own. Rejects where the promise is broken. */
export async function runMailboxCheck(
  check: MailboxCheck,
  create: () => MailboxHarness | Promise<MailboxHarness>,
): Promise<void> {
  const stage = new MailboxStage(await create());
  await runOn(stage, () => check.run(stage));
}
