import { sleep } from "./stage.mjs";

const everyMs = 40;
/** Letters to one who is away. */
const away = 5;

/** Two nodes that write to each other while the relay plays their past to them; then one is killed and comes back. */
export async function sessions(stage, { letterMs, times, stride }) {
  const { relay } = stage;
  await relay.ask("forget");
  const alice = await stage.honest("alice");
  const bob = await stage.honest("bob", { isDurable: true });
  const talk = (one, other) => one.ask("talk", { to: other.peer, everyMs });
  await Promise.all([talk(alice, bob), talk(bob, alice)]);
  await sleep(letterMs);
  const replayed = await replay(relay, [alice.inbox, bob.inbox], times, true);
  await Promise.all([alice.ask("hush"), bob.ask("hush")]);
  const before = await Promise.all([alice.ask("stats"), bob.ask("stats")]);
  await relay.ask("capture");
  const { seen, number } = await bob.ask("seen");
  await bob[Symbol.asyncDispose]();
  // Letters to one who is away lie sealed at the relay.
  await alice.ask("send", { to: bob.peer, letters: away });
  const again = await stage.honest("bob", { isDurable: true, seen, first: number });
  await again.ask("until", { handled: away });
  await relay.ask("capture");
  const old = await replay(relay, [again.inbox, alice.inbox], times, false);
  await Promise.all([talk(alice, again), talk(again, alice)]);
  await sleep(letterMs / 3);
  const more = await replay(relay, [again.inbox, alice.inbox], 1, false);
  await Promise.all([alice.ask("hush"), again.ask("hush")]);
  const mail = await relay.ask("alterLetter", { stride });
  await again.ask("until", { refused: mail.tries });
  const [after, late] = await Promise.all([alice.ask("stats"), again.ask("stats")]);
  const [atFirst, atLast] = [before[0], after];
  return {
    alice,
    bob: again,
    replayed: {
      tries: replayed,
      accepted: atFirst.doubled + before[1].doubled + atFirst.foreign + before[1].foreign,
      refused: before[1].codes.frames,
    },
    restarted: {
      tries: old + more,
      accepted: late.doubled + late.foreign + atLast.doubled - atFirst.doubled,
      refused: { ...late.codes.frames, ...late.codes.mail },
    },
    letters: {
      tries: mail.tries,
      accepted: late.handled - (atLast.sent - atFirst.sent),
      refused: late.codes.mail,
      isDone: sum(late.codes.mail) >= mail.tries,
    },
    honest: {
      sent: after.sent + before[1].sent + late.sent,
      // A letter that was left in the mailbox is confirmed by having been handled.
      confirmed: after.confirmed + (after.codes.letters.relayed ?? 0) + before[1].confirmed + late.confirmed,
    },
  };
}

/** The capture again: as it was, by dials of the relay's own, and in the living connections. Number of values and frames. */
async function replay(relay, inboxes, times, isFresh) {
  if (isFresh) await relay.ask("capture");
  let tries = 0;
  for (let i = 0; i < times; i++) {
    tries += (await relay.ask("repeat", { times: 1 })).tries;
    tries += (await relay.ask("play", { inboxes, times: 1 })).tries;
    tries += (await relay.ask("continue", { records: 8 })).tries;
    await sleep(500);
  }
  return tries;
}

/** The relay says to be bob, in presence, in dials and where bob is dialled; a newcomer writes to bob meanwhile. */
export async function spoofing(stage, { alice, bob, records, claims, guests: wantedGuests }) {
  const { relay } = stage;
  await relay.ask("receive", { mode: "own" });
  await relay.ask("redirect", true);
  await relay.ask("spoof", { peer: bob.peer, records });
  const carol = await stage.honest("carol");
  await carol.ask("talk", { to: bob.peer, everyMs: 200 });
  let believed = 0;
  let judged = 0;
  for (let asked = 0; judged < claims && asked < 20 * claims; asked++) {
    const answer = await relay.ask("claim", { inbox: alice.inbox, peer: bob.peer });
    if (answer === "busy") await sleep(200);
    else {
      judged++;
      believed += answer ? 1 : 0;
    }
  }
  let counts = await relay.ask("counts");
  for (let waited = 0; waited < 40 && counts.guests < wantedGuests; waited++) {
    await sleep(100);
    counts = await relay.ask("counts");
  }
  const { guests, frames } = counts;
  const { peers, codes } = await carol.ask("stats");
  const isFooled = peers.includes(bob.peer);
  await relay.ask("unspoof");
  await relay.ask("redirect", false);
  await carol.ask("hush");
  const { sent, confirmed } = await carol.ask("stats");
  return {
    tries: records + guests + judged,
    accepted: believed + frames + (isFooled ? 1 : 0) + (guests === 0 ? 1 : 0),
    refused: codes.dials,
    honest: { sent, confirmed },
  };
}

function sum(codes) {
  return Object.values(codes).reduce((all, each) => all + each, 0);
}
