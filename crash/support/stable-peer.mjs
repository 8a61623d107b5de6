import { createSwarm, use } from "@swarm-space/core";
import { wsPlugin } from "../../bench/support/ws-transport.mjs";
import { exactChannel, loggedChannel, network, ttlMs, upChannel } from "./channels.mjs";

const mostWaiting = 24;
/** Some handlers take their time, so that letters are accepted and not handled when their sender dies. */
const slowMs = 250;

/** The other side, which lives through it all: posts numbered letters to `to`, hears those of the node that dies, and remembers both. */
export async function stablePeer() {
  let url = "";
  const swarm = await createSwarm({
    network,
    plugins: [use(wsPlugin({ listen: true, onAddress: (own) => (url = own) }))],
  });
  const arrivals = new Map();
  swarm.channel(upChannel).onMessage(({ n }) => {
    arrivals.set(n, (arrivals.get(n) ?? 0) + 1);
    return n % 7 === 0 ? new Promise((done) => setTimeout(done, slowMs)) : undefined;
  });
  const lanes = { logged: swarm.channel(loggedChannel), exact: swarm.channel(exactChannel) };
  const down = Object.fromEntries(
    Object.keys(lanes).map((name) => [name, { next: 1, waiting: 0, confirmed: new Map(), failed: [] }]),
  );
  await swarm.start();
  let timer;
  return {
    id: swarm.id,
    url,
    arrivals,
    down,
    failures: () => Object.values(down).flatMap(({ failed }) => failed),
    post(to, everyMs) {
      timer = setInterval(() => {
        for (const [name, lane] of Object.entries(lanes)) {
          const row = down[name];
          if (row.waiting >= mostWaiting) continue;
          const n = row.next++;
          row.waiting++;
          lane
            .send(to, { n }, { ttlMs })
            .then(
              () => row.confirmed.set(n, Date.now()),
              (error) => row.failed.push([name, n, error.code]),
            )
            .finally(() => row.waiting--);
        }
      }, everyMs);
    },
    pause: () => clearInterval(timer),
    idle: () => Object.values(down).every(({ waiting }) => waiting === 0),
    stop: () => swarm.stop(),
  };
}
