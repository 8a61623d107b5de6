import { platform } from "#platform";
import { assemble } from "../assembly/assemble.ts";
import { composeKernel } from "../assembly/composition.ts";
import { formatPath } from "../assembly/config-problem.ts";
import type { PluginUse } from "../assembly/define-plugin.ts";
import { checkConfig, type LoadNamed, type ResolvedConfig, type SwarmConfig } from "../assembly/parse-config.ts";
import { PortContainer } from "../assembly/port-container.ts";
import type { Replacement } from "../assembly/replacement.ts";
import { roomPorts } from "../assembly/room-ports.ts";
import { SwarmError } from "../errors/index.ts";
import type { Identity } from "../ports/identity.ts";
import { ports } from "../ports/ports.ts";
import { ephemeralIdentity, pluginSigner } from "../security/identity.ts";
import { isPeerId } from "../security/peer-id.ts";
import { consoleLogger, type LogLevel } from "../status/console-logger.ts";
import { EventEmitter } from "../status/event-emitter.ts";
import { prefixedLogger } from "../status/logger-prefix.ts";
import { cleanText } from "../status/logger-redaction.ts";
import { systemClock } from "../system/system-clock.ts";
import { systemRandom } from "../system/system-random.ts";
import type { Swarm } from "./swarm.ts";
import { SwarmNode } from "./swarm-node.ts";
import { readSwarmOptions } from "./swarm-options.ts";

export interface SwarmOptions extends Omit<SwarmConfig, "$schema" | "plugins" | "identity"> {
  /** Plugins with their options, as `use(plugin, options)` gives them. */
  readonly plugins?: readonly PluginUse[];
  /** Rooms to put in place of the kernel's, as `replaceRoom(port, …)` gives them. */
  readonly replace?: readonly Replacement[];
  /** Default: a fresh one that ends with this process. */
  readonly identity?: Identity;
  /** The least that is written to the console. Default "warn". */
  readonly log?: LogLevel;
}

/**
 * Makes a node of plugins. Nothing runs before `start`.
 * @throws SwarmError `OPTION_INVALID`, `CONFIG_INVALID` (all problems in one), `IDENTITY_INVALID`, `PLUGIN_SETUP_FAILED`
 */
export async function createSwarm(o: SwarmOptions = {}): Promise<Swarm> {
  const { replace, identity, log, ...config } = readSwarmOptions(o);
  return swarmOf(await checkConfig(config, refuseName), { replace, identity, log });
}

/** What stands beside a configuration. */
export interface SwarmSurroundings {
  readonly replace?: readonly Replacement[] | undefined;
  readonly identity?: Identity | undefined;
  readonly log?: LogLevel | undefined;
  /** Of the configuration file, absolute. */
  readonly folder?: string | undefined;
}

/** Makes a node of a checked configuration. @throws SwarmError `PLUGIN_SETUP_FAILED` */
export async function swarmOf(config: ResolvedConfig, o: SwarmSurroundings = {}): Promise<Swarm> {
  const container = new PortContainer();
  container.provideValue(roomPorts.options, {
    network: config.network,
    messaging: config.messaging,
    openTimeoutMs: config.start.openTimeoutMs,
  });
  container.provideFactory(ports.clock, () => systemClock());
  container.provideFactory(ports.random, () => systemRandom());
  container.provideFactory(
    ports.events,
    (c) => new EventEmitter({ onLastThrow: (error) => c.get(ports.logger).error("HANDLER_FAILED", String(error)) }),
  );
  container.provideFactory(ports.logger, (c) =>
    consoleLogger({ clock: c.get(ports.clock), ...(o.log === undefined ? {} : { level: o.log }) }),
  );
  composeKernel(container);
  for (const replacement of o.replace ?? []) replacement.apply(container);
  const own = requireIdentity(o.identity) ?? (await ephemeralIdentity(container.get(ports.random), platform.ed25519()));
  if (!container.has(ports.identity)) container.provideValue(ports.identity, own);
  const steps = assemble({
    plugins: config.plugins,
    container,
    contextFor: (plugin) => {
      const self = container.get(ports.identity);
      return {
        self: Object.freeze({
          id: self.id,
          network: config.network,
          sign: pluginSigner(self),
        }),
        clock: container.get(ports.clock),
        random: container.get(ports.random),
        ...(o.folder === undefined ? {} : { folder: o.folder }),
        log: prefixedLogger(container.get(ports.logger), plugin.id),
        events: container.get(ports.events),
      };
    },
  });
  return new SwarmNode(container, steps);
}

/** `{ file }` is for a configuration file alone: `createSwarmFromFile` opens it. */
function requireIdentity(identity: Identity | undefined): Identity | undefined {
  if (identity === undefined || canSign(identity)) return identity;
  throw new SwarmError("IDENTITY_INVALID", "`identity` is none: it has no peer id, or cannot sign.", {
    cure: "Give what `openIdentityFile`, `webCryptoIdentity`, `identityFromSecret` or `ephemeralIdentity` resolves to.",
  });
}

function canSign(identity: Identity): boolean {
  try {
    return isPeerId(identity.id) && typeof identity.sign === "function";
  } catch {
    return false;
  }
}

/** Names are for `resolveConfig` and for configuration files. */
const refuseName: LoadNamed = async (specifier, at) => {
  const found = `the name ${JSON.stringify(cleanText(specifier, 60))}`;
  return { problem: { path: formatPath(at), code: "PLUGIN_NOT_FOUND", expected: "use(plugin, options)", found } };
};
