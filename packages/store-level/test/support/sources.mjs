// Lets a child process run the sources without a build: `node --import ./sources.mjs child.ts`.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const name = /^@swarm-space\/([^/]+)$/.exec(specifier)?.[1];
    return next(
      name === undefined ? specifier : new URL(`../../../${name}/src/index.ts`, import.meta.url).href,
      context,
    );
  },
});
