import { SwarmError } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import { longestValid } from "../consensus/longest-valid.ts";
import { poaRoundRobin } from "../consensus/poa-round-robin.ts";
import { powSha256 } from "../consensus/pow-sha256.ts";
import { swarmLedger } from "../ledger/swarm-ledger.ts";
import type { AnyTransactionType } from "../ledger/transaction-type.ts";
import { type ChainParameters, type ChainParametersInput, chainParametersSchema } from "../model/chain-parameters.ts";
import type { Consensus } from "../model/consensus.ts";
import type { ForkChoice } from "../model/fork-choice.ts";
import type { StateMachine } from "../model/state.ts";
import { type Genesis, makeGenesis } from "./genesis.ts";

/** All that decides what is true on a network. */
export interface ChainRules {
  readonly parameters: ChainParameters;
  readonly consensus: Consensus;
  readonly forkChoice: ForkChoice;
  readonly machine: StateMachine;
  readonly genesis: Genesis;
}

/** What a third party puts in the place of ours. Its id must be the one that the parameters name. */
export interface ReplacedRules {
  readonly consensus?: Consensus;
  readonly forkChoice?: ForkChoice;
  readonly machine?: StateMachine;
  readonly transactionTypes?: readonly AnyTransactionType[];
}

/** @throws SwarmError `CHAIN_PARAMETERS_INVALID`, `CHAIN_TYPE_TAKEN` */
export function chainRules(input: ChainParametersInput, replaced: ReplacedRules = {}): ChainRules {
  const parsed = chainParametersSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw chainError("CHAIN_PARAMETERS_INVALID", `${issue?.path.join(".")}: ${issue?.message}`, {
      detail: { path: issue?.path.join(".") },
    });
  }
  const parameters = parsed.data;
  const consensus = replaced.consensus ?? ownConsensus(parameters);
  const forkChoice = replaced.forkChoice ?? longestValid;
  const machine = replaced.machine ?? swarmLedger(parameters, replaced.transactionTypes);
  for (const [name, { id }] of Object.entries({ consensus, forkChoice, stateMachine: machine })) {
    if (parameters[name as "consensus" | "forkChoice" | "stateMachine"] !== id) throw unknownRule(name, id);
  }
  return Object.freeze({
    parameters,
    consensus,
    forkChoice,
    machine,
    genesis: makeGenesis(parameters, consensus, machine),
  });
}

function ownConsensus(parameters: ChainParameters): Consensus {
  if (parameters.consensus === "pow-sha256") return powSha256(parameters);
  if (parameters.consensus === "poa-round-robin") return poaRoundRobin(parameters);
  throw unknownRule("consensus", "pow-sha256 or poa-round-robin");
}

function unknownRule(name: string, found: string): SwarmError {
  return new SwarmError(
    "CHAIN_PARAMETERS_INVALID",
    `The parameters name another ${name} than the one at hand: ${found}.`,
    {
      detail: { path: name, found },
    },
  );
}
