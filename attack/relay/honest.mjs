import { createSwarm, ports, replaceRoom, roomPorts, use } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import store from "@swarm-space/store-level";
import gun from "@swarm-space/transport-gun";
import * as z from "zod";
import { answerWith } from "../support/process.mjs";
import { claimedLinks } from "./claimed-link.mjs";

const o = JSON.parse(process.argv[2]);
const seen = new Set(o.seen ?? []);
const identity = o.identityFile === undefined ? undefined : await openIdentityFile(o.identityFile);
const swarm = await createSwarm({
  network: o.network,
  log: "silent",
  ...(identity ? { identity } : {}),
  plugins: [
    use(gun, { relays: [o.url], presence: { announce: o.announce ?? true, refreshMs: 2_000 } }),
    ...(o.storePath ? [use(store, { path: o.storePath })] : []),
  ],
  replace: o.ablated ? [replaceRoom(roomPorts.links, claimedLinks)] : [],
});
const counts = { sent: 0, confirmed: 0, handled: 0, doubled: 0, foreign: 0 };
/** Sender → letters handled. */
const handledFrom = new Map();
const codes = { dials: {}, frames: {}, letters: {}, mail: {} };
const open = new Set();
let number = o.first ?? 0;
let talking;

const letters = swarm.channel({ name: o.channel, schema: z.object({ number: z.number(), text: z.string() }) });
letters.onMessage((letter, from) => {
  const name = `${from} ${letter.number}`;
  counts.handled++;
  handledFrom.set(from, (handledFrom.get(from) ?? 0) + 1);
  if (seen.has(name)) counts.doubled++;
  if (letter.text !== o.text) counts.foreign++;
  seen.add(name);
});
swarm.on("dial:failed", ({ code }) => count(codes.dials, code));
swarm.on("frame:rejected", ({ code }) => count(codes.frames, code));
swarm.on("mailbox:refused", ({ code }) => count(codes.mail, code));
await swarm.start();

function send(to) {
  counts.sent++;
  const settled = letters.send(to, { number: ++number, text: o.text }, { ttlMs: o.ttlMs ?? 20_000 }).then(
    ({ status }) => {
      if (status === "confirmed") counts.confirmed++;
      else count(codes.letters, status);
    },
    (error) => count(codes.letters, error.code),
  );
  open.add(settled);
  void settled.finally(() => open.delete(settled));
}

answerWith({
  where: () => ({ peer: swarm.id, inbox: swarm.get(ports.transport)[0].addresses()[0]?.value }),
  /** Letters to a peer at a steady pace, until `hush`. */
  talk({ to, everyMs }) {
    clearInterval(talking);
    talking = setInterval(() => send(to), everyMs);
  },
  /** Resolves when every letter that was sent is settled. */
  async hush() {
    clearInterval(talking);
    while (open.size > 0) await Promise.all(open);
  },
  async send({ to, letters: many }) {
    for (let i = 0; i < many; i++) send(to);
    while (open.size > 0) await Promise.all(open);
  },
  /** Resolves when so many letters were handled, and so many out of a mailbox refused; or after a while. */
  async until({ handled = 0, refused = 0 }) {
    const isDone = () => counts.handled >= handled && Object.values(codes.mail).reduce((a, b) => a + b, 0) >= refused;
    for (let waited = 0; waited < 200 && !isDone(); waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
  stats: () => ({ ...counts, codes, peers: swarm.peers().map(({ id }) => id) }),
  from: ({ peer }) => handledFrom.get(peer) ?? 0,
  seen: () => ({ seen: [...seen], number }),
});

function count(table, code) {
  table[code] = (table[code] ?? 0) + 1;
}
