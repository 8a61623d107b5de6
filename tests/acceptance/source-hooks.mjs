import { registerHooks } from "node:module";

const packages = new URL("../../packages/", import.meta.url).href;

/** Packages resolve to their sources, as in the tests: no build stands between. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "#platform") return next(`${packages}core/src/node/platform.ts`, context);
    const [, name, part] = /^@swarm-space\/([^/]+)(?:\/([^/]+))?$/.exec(specifier) ?? [];
    if (name === undefined) return next(specifier, context);
    return next(`${packages}${name}/src/${part === undefined ? "" : `${part}/`}index.ts`, context);
  },
});
