export { errorTable } from "./error-table.ts";
export { quote } from "./quote.ts";
export {
  codeOf,
  describeError,
  SwarmError,
  type SwarmErrorCode,
  type SwarmErrorOptions,
} from "./swarm-error.ts";
