/**
 * Three nodes of the hybrid preset and the servers they meet by, four processes. Every road between them is killed and comes back, one by
 * one; nothing is lost and nothing comes twice. `npm start` runs this until Ctrl-C.
 *
 *   --once         end by itself: exit code 0, or 1 where something did not hold
 *   --json         one object of figures on standard output, all else on standard error
 *   --every MS     between two letters of one node to one other; default 25
 */
import { withTypes } from "../local-swarm/with-types.mjs";

await withTypes(() => import("./play.mjs"));
