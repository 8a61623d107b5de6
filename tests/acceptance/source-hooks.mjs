import { registerHooks } from "node:module";

const packages = new URL("../../packages/", import.meta.url).href;

/** What leads elsewhere than its name says, as `imports` and `exports` of the packages have it. */
const own = {
  "#platform": "core/src/node/platform.ts",
  "#dht": "webtorrent-driver/src/dht/index.ts",
  "#simple-peer": "transport-integrated/src/simple-peer/node.ts",
};

/** Packages resolve to their sources, as in the tests: no build stands between. */
registerHooks({
  resolve(specifier, context, next) {
    const known = Object.hasOwn(own, specifier) ? own[specifier] : undefined;
    if (known !== undefined) return next(packages + known, context);
    const [, name, part] = /^@swarm-space\/([^/]+)(?:\/([^/]+))?$/.exec(specifier) ?? [];
    if (name === undefined) return next(specifier, context);
    return next(`${packages}${name}/src/${part === undefined ? "" : `${part}/`}index.ts`, context);
  },
});
