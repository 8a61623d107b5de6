import { use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { DatagramNetwork, datagramPlugin, MortalNode, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import * as z from "zod";

export interface LargeCutReport {
  readonly confirmed: boolean;
  readonly handled: number;
  /** Bytes of large frames that went out in all, each frame once however often its lane repeats it, as a share of the letter. */
  readonly sentShare: number;
  readonly resumed: number;
}

const totalBytes = 3_000_000;
/** Smaller frames are acknowledgements, pings and heads. */
const largeFrameBytes = 2_048;
const ways = ["alpha", "beta"] as const;

/** One large letter over two ways that lose and overtake; the one that carries it falls silent when half has gone out. */
export async function runLargeCut(seed: string): Promise<LargeCutReport> {
  const random = new SeededRandom(`large cut ${seed}`);
  const clock = new VirtualClock();
  const frames = new Map<string, number>();
  let sentBytes = 0;
  let carrier = "";
  const network = new DatagramNetwork({
    clock,
    seed: random.fork("network").seed,
    witness: (_fate, { transport, from, link, kind, seq, frame }) => {
      const key = `${transport} ${from} ${link} ${seq}`;
      if (kind !== "data" || frame === undefined || frame.length < largeFrameBytes || frames.has(key)) return;
      frames.set(key, frame.length);
      sentBytes += frame.length;
      carrier = transport;
    },
  });
  for (const [at, transport] of ways.entries())
    network.inject({ transport }, { latencyMs: 40 + 20 * at, jitterMs: 5, loss: 0.02, reorder: 0.05 });
  let resumed = 0;
  let handled = 0;
  const schema = z.instanceof(Uint8Array);
  const [sender, receiver] = (["sender", "receiver"] as const).map(
    (name) =>
      new MortalNode({
        name,
        clock,
        random: random.fork(name),
        durable: false,
        plugins: ({ death }) => [
          ...ways.map((id) => use(datagramPlugin({ network, death, id, capabilities: { latencyClassMs: 50 } }))),
          use(resilience, {}),
        ],
        furnish: ({ swarm }) => {
          if (name === "receiver") swarm.channel({ name: "large", schema }).onMessage(() => void handled++);
        },
        heard: (event) => {
          if (event === "letter:resume") resumed++;
        },
      }),
  );
  if (sender === undefined || receiver === undefined) throw new RangeError("two nodes");
  void sender.boot();
  void receiver.boot();
  const areJoined = () => sender.life?.swarm.peers()[0]?.transports.length === ways.length;
  if (!(await clock.runUntil(areJoined, 60_000))) throw new Error("the nodes did not meet by both ways");
  await clock.advance(5_000);
  const end: { value: "open" | "confirmed" | "failed" } = { value: "open" };
  sender.life?.swarm
    .channel({ name: "large", schema })
    .send(receiver.identity.id, new Uint8Array(totalBytes), { ttlMs: 120_000 })
    .then(
      () => {
        end.value = "confirmed";
      },
      () => {
        end.value = "failed";
      },
    );
  if (!(await clock.runUntil(() => sentBytes > totalBytes / 2, 60_000))) throw new Error("half of it never went out");
  network.inject({ transport: carrier }, { cut: true });
  await clock.runUntil(() => end.value !== "open", 130_000);
  const stopped = { value: false };
  void Promise.all([sender.stop(), receiver.stop()]).then(() => {
    stopped.value = true;
  });
  await clock.runUntil(() => stopped.value, 60_000);
  return { confirmed: end.value === "confirmed", handled, sentShare: sentBytes / totalBytes, resumed };
}
