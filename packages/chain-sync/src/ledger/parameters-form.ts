import { encode, hash, list, record, text, u8, u32, u48, u64 } from "../codec/index.ts";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { StateDelta } from "../model/state.ts";
import type { TypeRegistry } from "./type-registry.ts";

const parametersForm = record({
  network: text(64),
  genesisTime: u48,
  blockTimeMs: u32,
  consensus: text(32),
  forkChoice: text(32),
  stateMachine: text(32),
  leastDifficulty: u32,
  retargetWindow: u32,
  producers: list(hash, 256, 32),
  poolKeepers: list(hash, 16, 32),
  reward: u64,
  halvingInterval: u32,
  supplyCap: u64,
  poolTaxPercent: u8,
});
const typesForm = list(record({ number: u8, name: text(64) }), 256, 3);
const pieceBytes = 4_096;

/** What binds a network's rules into its genesis: another rule, another chain id. Cut, for a value of the state has a limit. */
export function ruleEntries(parameters: ChainParameters, types: TypeRegistry): StateDelta {
  const numbered = [...types.values()].toSorted((one, other) => one.number - other.number);
  const bytes = encode(parametersForm, parameters);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, at) =>
    bytes.slice(at * pieceBytes, (at + 1) * pieceBytes),
  );
  return new Map<string, Uint8Array>([
    ...pieces.map((piece, at): [string, Uint8Array] => [`chain/rules/${at}`, piece]),
    ["chain/types", encode(typesForm, numbered)],
  ]);
}
