/**
 * A relay and three nodes, four processes. They find each other and talk; the relay is killed in the middle of it and
 * comes back; nothing is lost and nothing comes twice. `npm run start:outage` runs this until Ctrl-C.
 *
 *   --once         end by itself: exit code 0, or 1 where a letter was lost or doubled
 *   --json         one object on standard output, all else on standard error
 *   --trace FILE   writes when what happened, as JSON (times are wall milliseconds)
 */
import { withTypes } from "./with-types.mjs";

await withTypes(() => import("./play.mjs"));
