// Everything that is generated from sources: `node scripts/generate.mjs [--check]`. The packages must be built.
import { generateApi } from "./generate-api.mjs";
import { generateConfiguration } from "./generate-configuration.mjs";
import { generateErrors } from "./generate-errors.mjs";
import { generateSchema } from "./generate-schema.mjs";

await generateSchema();
await generateConfiguration();
await generateErrors();
await generateApi();
