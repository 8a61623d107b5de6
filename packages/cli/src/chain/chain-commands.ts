import { isPeerId } from "@swarm-space/core";
import { type Command, InvalidArgumentError } from "commander";
import { secondsOption, shortText, wholeNumber } from "../option-values.ts";
import type { Stage } from "../stage.ts";
import { deployToken, donate, mine, send, sendToken, status, tokens } from "./chain-acts.ts";
import { coinsOption } from "./coins.ts";
import { type ChainAct, type ChainOptions, withChain } from "./with-chain.ts";

const account = "<account>";
const accountHelp = "a peer id, or 64 hexadecimal digits";

/** `swarm-space chain …`: one act on the chain of a configuration file's node. */
export function addChainCommands(program: Command, stage: Stage, done: (exitCode: number) => void): void {
  const chain = program.command("chain").description("look at the chain of a node, and write to it");
  const token = chain.command("token").description("profile tokens");
  const run = async (o: ChainOptions, act: ChainAct) => done(await withChain(stage, o, act));

  usual(chain.command("status").description("height, balance, reward pool")).action((o: ChainOptions) =>
    run(o, status),
  );
  usual(chain.command("mine").description("make the next block of what waits, for the node's account"))
    .option("--blocks <number>", "how many", wholeNumber(1, 10_000), 1)
    .action((o: ChainOptions & { readonly blocks: number }) =>
      run(
        o,
        mine(o.blocks, (line) => stage.warn(line)),
      ),
    );
  usual(chain.command("send").description("pay somebody").argument(account, accountHelp, accountText))
    .argument("<coins>", "as 12.5", coinsOption)
    .action((to: string, coins: bigint, o: ChainOptions) => run(o, send(to, coins)));
  usual(chain.command("donate").description("give to the reward pool"))
    .argument("<coins>", "as 12.5", coinsOption)
    .action((coins: bigint, o: ChainOptions) => run(o, donate(coins)));

  usual(token.command("list").description("every token, and what the account holds")).action((o: ChainOptions) =>
    run(o, tokens),
  );
  usual(token.command("deploy").description("make the account's own token"))
    .argument("<ticker>", "three to five letters, A to Z", tickerText)
    .argument("<name>", "what people call it", shortText(64))
    .option("--max-supply <number>", "whole tokens", wholeNumber(100, 10_000), 10_000)
    .action((ticker: string, name: string, o: ChainOptions & { readonly maxSupply: number }) =>
      run(o, deployToken({ ticker, name, maxSupply: BigInt(o.maxSupply) })),
    );
  usual(token.command("send").description("give some of a token to somebody"))
    .argument("<token>", "its ticker or id", shortText(64))
    .argument(account, accountHelp, accountText)
    .argument("<amount>", "whole tokens", wholeNumber(1, 10_000))
    .action((name: string, to: string, amount: number, o: ChainOptions) => run(o, sendToken(name, to, BigInt(amount))));
}

function usual(command: Command): Command {
  return command
    .option("--config <file>", "default: swarm.config.ts, .js, .mjs or .json in this folder")
    .addOption(secondsOption("--wait <seconds>", "how long to look for a first peer", 5, 0))
    .addOption(secondsOption("--stay <seconds>", "how long others may fetch what is new before the node stops", 2, 0))
    .option("--json", "one JSON object");
}

function accountText(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text) || isPeerId(text)) return text;
  throw new InvalidArgumentError(`It is ${accountHelp}.`);
}

function tickerText(text: string): string {
  if (/^[A-Z]{3,5}$/.test(text)) return text;
  throw new InvalidArgumentError("It is three to five letters, A to Z.");
}
