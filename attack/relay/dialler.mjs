import { encode } from "cborg";
import { answerWith } from "../support/process.mjs";
import { claimedLinks } from "./claimed-link.mjs";
import { rawNode } from "./own-end.mjs";

const { network, url, channel, slots, ablated } = JSON.parse(process.argv[2]);
const nodes = await Promise.all(
  Array.from({ length: slots }, async () => {
    const node = await rawNode({ network, url, onGuest, ...(ablated ? { links: claimedLinks } : {}) });
    /** Whoever dials a node of this process is received as anybody. */
    function onGuest(guest) {
      node.links.establish(guest, { initiator: false, signal: AbortSignal.timeout(2_000) }).catch(() => {});
    }
    return node;
  }),
);

/** One dial and one letter, each step by hand, so that each message of a connection is known. */
async function attempt({ slot, to, named = true, number, text, untilClosed = false }) {
  const { connect, links } = nodes[slot];
  const signal = AbortSignal.timeout(6_000);
  let connection;
  try {
    connection = await connect(to.inbox, signal);
  } catch (error) {
    return { isDialled: false, code: error.code ?? String(error) };
  }
  let link;
  try {
    link = await links.establish(connection, { initiator: true, signal, ...(named ? { expect: to.peer } : {}) });
  } catch (error) {
    return { isDialled: true, isEstablished: false, heard: 0, code: error.code ?? String(error) };
  }
  let heard = 0;
  const answered = new Promise((resolve) => {
    link.read(() => {
      heard++;
      resolve();
    });
  });
  try {
    link.send(encode([1, number, [1, number, channel, 0, 30_000, encode({ number, text })]]));
    await Promise.race([
      ...(untilClosed ? [] : [answered.then(() => sleep(15))]),
      link.closed,
      sleep(ablated ? 500 : 2_500),
    ]);
  } catch {}
  await link.close("done");
  return { isDialled: true, isEstablished: true, heard, closed: (await link.closed).detail, peer: link.peer };
}

answerWith({
  where: () => nodes.map(({ swarm, inbox }) => ({ peer: swarm.id, inbox })),
  attempt,
});

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
