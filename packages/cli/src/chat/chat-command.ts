import { createSwarm, type Swarm, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import gun from "@swarm-space/transport-gun";
import { openFromFile } from "../config-source.ts";
import { exitCodes } from "../exit-codes.ts";
import { shortId } from "../printable.ts";
import type { Stage } from "../stage.ts";
import { transportWords } from "../told-events.ts";
import { ChatSession } from "./chat-session.ts";
import { answerOf } from "./chat-words.ts";

export interface ChatOptions {
  readonly relay?: readonly string[];
  readonly network?: string;
  readonly config?: string;
  readonly name?: string;
  /** Milliseconds. */
  readonly ttl: number;
}

const usualRelay = "http://127.0.0.1:8765/gun";

/** `swarm-space chat`: lines of standard input to everyone on the network, theirs to standard output. */
export async function runChat(stage: Stage, o: ChatOptions): Promise<number> {
  const stop = stage.untilStopped();
  const swarm = await openChatNode(stage, o);
  const name = o.name ?? shortId(swarm.id);
  const session = new ChatSession(swarm, { name, ttlMs: o.ttl, say: (line) => stage.say(line) });
  const unsubscribe = swarm.on("transport:state", (detail) => stage.say(`* ${transportWords(detail)}`));
  try {
    await swarm.start({ signal: stop });
    stage.say(`* you are ${name}: ${swarm.id} on ${swarm.network}; /help tells what else there is`);
    if (await converse(stage, swarm, session, stop)) await settleOrStop(session, stop);
    if (session.unconfirmed > 0) stage.say(`* ${session.unconfirmed} letters were not confirmed`);
    unsubscribe();
    await session.leave();
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    unsubscribe();
    await swarm.stop();
  }
  return exitCodes.done;
}

/** Reads lines until the input ends (true), or somebody asks to leave (false). */
async function converse(stage: Stage, swarm: Swarm, session: ChatSession, stop: AbortSignal): Promise<boolean> {
  for await (const line of stage.lines(stop)) {
    const text = line.trim();
    if (stop.aborted) return false;
    if (text === "") continue;
    if (!text.startsWith("/")) {
      session.write(text.slice(0, 4_000));
      continue;
    }
    const answer = answerOf(text, swarm, session);
    if (answer === undefined) return false;
    stage.say(answer);
  }
  return !stop.aborted;
}

/** Input that ends, as of a pipe, leaves lines that still wait for their receivers. */
async function settleOrStop(session: ChatSession, stop: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([session.settle(), stopped]);
}

async function openChatNode(stage: Stage, o: ChatOptions): Promise<Swarm> {
  if (o.config !== undefined) {
    const relays = o.relay === undefined ? {} : { with: { "@swarm-space/transport-gun": { relays: o.relay } } };
    return openFromFile(stage, o.config, { network: o.network, ...relays });
  }
  const network = o.network === undefined ? {} : { network: o.network };
  const relays = [...(o.relay ?? [usualRelay])];
  return createSwarm({ ...network, plugins: [use(gun, { relays }), use(resilience)] });
}
