export { errorTable } from "./error-table.ts";
export {
  codeOf,
  describeError,
  type ErrorEntry,
  SwarmError,
  type SwarmErrorCode,
  type SwarmErrorOptions,
} from "./swarm-error.ts";
