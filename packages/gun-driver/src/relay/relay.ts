import { clientLimits, createGuard, type FrameGuard, relayLimits } from "../guard.ts";
import { IdSource } from "../id-source.ts";
import { normalizeRelayUrl } from "../relay-url.ts";
import type { Dial } from "../socket.ts";
import { localDial } from "./local-socket.ts";
import { type GunRelayOptions, settle } from "./options.ts";
import { RelayCore, type RelayCounts } from "./relay-core.ts";
import { linkTo } from "./relay-neighbour.ts";
import { RelayServer } from "./relay-server.ts";

export interface RelayStats extends RelayCounts {
  readonly connections: number;
  /** Connections turned away. */
  readonly refused: number;
  /** Relays dialled from here that are up. */
  readonly relaysUp: number;
}

/** A running relay. */
export interface GunRelay {
  /** `ws:` URL under which this process reaches it. */
  readonly url: string;
  readonly port: number;
  /** It listens. */
  readonly isUp: boolean;
  /** Joins this relay from within the process, without a socket. */
  readonly dialLocal: Dial;
  stats(): RelayStats;
  /** Ends every socket and timer. Twice is harmless. */
  close(): Promise<void>;
}

/** What tests alone replace. */
export interface RelayGuards {
  /** For clients. */
  readonly client: FrameGuard;
  /** For relays dialled from here: their frames may be longer. */
  readonly relay: FrameGuard;
}

const defaultGuards = (): RelayGuards => ({ client: createGuard(relayLimits), relay: createGuard(clientLimits) });

/** The relay with its guards as parts. */
export async function startRelay(options: GunRelayOptions, guards: RelayGuards = defaultGuards()): Promise<GunRelay> {
  const settings = settle(options);
  const ids = new IdSource(settings.random);
  const peerUrls = settings.peers.map((text) => {
    const url = normalizeRelayUrl(text);
    if (url === undefined) throw new TypeError(`not the URL of a relay: ${text}`);
    return url;
  });
  const core = new RelayCore({
    clock: settings.clock,
    random: settings.random,
    store: settings,
    mail: settings.mail,
    keepIn: settings.keepIn,
    relayInterestTtlMs: 600_000,
  });
  const server = new RelayServer(settings, core, guards.client, ids);
  let port: number;
  try {
    await core.load();
    port = await server.listen();
  } catch (error) {
    await core.end();
    throw error;
  }
  const links = peerUrls.map((url) => linkTo(url, settings, core, guards.relay, ids));
  for (const link of links) link.open();
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `ws://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}${settings.path}`,
    get isUp() {
      return server.isUp;
    },
    dialLocal: localDial(settings, core, guards.client, ids),
    stats: () => ({
      ...core.counts,
      connections: server.connections,
      refused: server.refused,
      relaysUp: links.filter((link) => link.peer !== undefined).length,
    }),
    close: () => {
      closing ??= (async () => {
        const gone = links.map((link) => link.close());
        await Promise.all([core.end(), server.close(), ...gone]);
      })();
      return closing;
    },
  };
}
