import type { Clock } from "@swarm-space/core";
import { remoteRange } from "@swarm-space/gun-driver/relay";
import { RangeBuckets } from "../door/range-buckets.ts";
import { RangeCounts } from "../door/range-counts.ts";
import { Turnstile } from "../peer-server/turnstile.ts";
import { type Announce, readAnnounce } from "./announce-guard.ts";
import type { TrackerSocket } from "./tracker-socket.ts";

export interface TrackerLimits {
  readonly maxConnections: number;
  /** Of one range of addresses. */
  readonly maxConnectionsPerRange: number;
  /** Info hashes that one client is in at once: today's, tomorrow's, and some more. */
  readonly maxSwarmsPerClient: number;
}

const requestRate = { perSecond: 20, burst: 128 };
const requestRateOfAll = { perSecond: 2_000, burst: 12_800 };
const messageRate = { perSecond: 20, burst: 100 };
const textRate = { perSecond: 131_072, burst: 1_048_576 };
const policyViolation = 1008;

/** Judges who comes in to the tracker, and what is said, before the library hears it. */
export class TrackerDoor {
  readonly #clock: Clock;
  readonly #limits: TrackerLimits;
  readonly #requests: RangeBuckets;
  readonly #clients = new RangeCounts();
  /** Who has which peer id. */
  readonly #holders = new Map<string, TrackerSocket>();
  readonly counts = { passed: 0, rejected: 0, refused: 0 };

  constructor(clock: Clock, limits: TrackerLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#requests = new RangeBuckets(clock, requestRate, requestRateOfAll);
  }

  /** @returns why a request is not answered, or a WebSocket not taken */
  refusal(address: string | undefined, connections: number): string | undefined {
    const range = remoteRange(address ?? "unknown");
    const { maxConnections, maxConnectionsPerRange } = this.#limits;
    const isOver = !this.#requests.admit(range) || this.#clients.of(range) >= maxConnectionsPerRange;
    const why = isOver
      ? "429 Too Many Requests"
      : connections >= maxConnections
        ? "503 Service Unavailable"
        : undefined;
    if (why !== undefined) this.counts.refused += 1;
    return why;
  }

  /** Stands before a client until it is closed. */
  enter(socket: TrackerSocket, address: string | undefined): void {
    socket.range = remoteRange(address ?? "unknown");
    this.#clients.add(socket.range);
    const turnstile = new Turnstile({ clock: this.#clock, messages: messageRate, text: textRate, socket });
    socket.on("close", () => {
      turnstile.end();
      this.#clients.remove(socket.range);
      if (this.#holders.get(socket.peerName) === socket) this.#holders.delete(socket.peerName);
    });
    socket.guard((data) => {
      turnstile.charge(typeof data === "string" ? data.length : 0);
      const message = readAnnounce(data);
      const isSound = message !== undefined && this.#mayBe(socket, message);
      if (!isSound && turnstile.blame()) socket.close(policyViolation, "too many faulty messages");
      this.counts[isSound ? "passed" : "rejected"] += 1;
      return isSound;
    });
  }

  /** A client has one peer id, and nobody else has it: else anybody could take others out of the swarm, or hear their calls. */
  #mayBe(socket: TrackerSocket, { peer_id, info_hash, event }: Announce): boolean {
    const holder = this.#holders.get(peer_id);
    if (holder !== undefined && holder !== socket) return false;
    if (socket.peerName !== "" && socket.peerName !== peer_id) return false;
    if (event === "stopped") socket.swarms.delete(info_hash);
    else if (!socket.swarms.has(info_hash) && socket.swarms.size >= this.#limits.maxSwarmsPerClient) return false;
    else socket.swarms.add(info_hash);
    socket.peerName = peer_id;
    this.#holders.set(peer_id, socket);
    return true;
  }
}
