import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Clock, describeError, type Random } from "@swarm-space/core";
import type { MeetingServers } from "@swarm-space/hybrid";
import { WebSocket } from "ws";
import { bad, type Finding, good } from "./finding.ts";
import { dhtQuestion, type Question, stunQuestion } from "./probe-packets.ts";

export interface ProbeRooms {
  readonly clock: Clock;
  readonly random: Random;
  /** How long one server may take, in milliseconds. */
  readonly timeoutMs: number;
}

interface Probe {
  readonly kind: string;
  readonly server: string;
  ask(signal: AbortSignal): Promise<void>;
}

/** Asks each server for a sign of life, all at once: a WebSocket that opens, a page, an answer over UDP. */
export async function probeServers(servers: MeetingServers, rooms: ProbeRooms): Promise<readonly Finding[]> {
  const { random } = rooms;
  const probes: readonly Probe[] = [
    ...servers.trackers.map((url) => socketProbe("tracker", url)),
    ...servers.gunRelays.map((url) => socketProbe("Gun relay", url)),
    ...servers.peerServers.map(pageProbe),
    ...servers.iceServers
      .map(({ urls }) => urls)
      .filter((url) => url.startsWith("stun:"))
      .map((url) => packetProbe("STUN", url.slice("stun:".length), stunQuestion(random.bytes(12)))),
    ...servers.dhtBootstrap.map((at) => packetProbe("DHT node", at, dhtQuestion(random.bytes(20)))),
  ];
  return Promise.all(probes.map((probe) => findingOf(probe, rooms)));
}

async function findingOf({ kind, server, ask }: Probe, { clock, timeoutMs }: ProbeRooms): Promise<Finding> {
  const what = `${kind} ${server}`;
  const abort = new AbortController();
  using _timer = clock.timer(timeoutMs, () => abort.abort(new Error(`no answer in ${timeoutMs / 1_000} s`)));
  const startedAt = clock.now();
  try {
    await ask(abort.signal);
    return good(what, `answers in ${Math.round(clock.now() - startedAt)} ms`);
  } catch (error) {
    const reason = abort.signal.aborted ? abort.signal.reason : error;
    return bad(what, describeError(reason), "Name servers of your own in `servers`: docs/infrastructure.md.");
  } finally {
    abort.abort();
  }
}

function socketProbe(kind: string, server: string): Probe {
  return {
    kind,
    server,
    ask: async (signal) => {
      const socket = new WebSocket(server.replace(/^http/, "ws"));
      // What comes after the answer is nobody's matter: a socket that is ended while it opens says so as an error.
      socket.on("error", () => undefined);
      try {
        await once(socket, "open", { signal });
      } finally {
        socket.terminate();
      }
    },
  };
}

/** A PeerServer gives an id to whoever asks. */
function pageProbe(server: string): Probe {
  return {
    kind: "PeerServer",
    server,
    ask: async (signal) => {
      const answer = await fetch(new URL("peerjs/id", server), { signal, redirect: "error" });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`says ${answer.status}`);
    },
  };
}

function packetProbe(kind: string, server: string, { request, isAnswer }: Question): Probe {
  return {
    kind,
    server,
    ask: async (signal) => {
      const { hostname, port } = new URL(`udp://${server}`);
      const socket = createSocket("udp4");
      try {
        const answered = Promise.withResolvers<void>();
        socket.on("error", answered.reject);
        socket.on("message", (packet) => isAnswer(packet) && answered.resolve());
        signal.addEventListener("abort", () => answered.reject(signal.reason));
        socket.send(request, Number(port || 3_478), hostname, (error) => error && answered.reject(error));
        await answered.promise;
      } finally {
        socket.close();
      }
    },
  };
}
