import { row } from "../../bench/report.mjs";
import { plantedCanaries } from "./canary.mjs";
import { FrameAttacks } from "./frames.mjs";
import { sessions, spoofing } from "./sessions.mjs";
import { Stage } from "./stage.mjs";

/** Full size. Tests take less. */
const full = {
  slots: 8,
  stride: 1,
  repeats: 12,
  dials: 32,
  letterMs: 3_000,
  times: 3,
  records: 48,
  claims: 16,
  guests: 8,
};

/** Parts of the suite. */
export const relayParts = ["frames", "sessions", "bare"];

/** Every attack of a hostile relay between two nodes over Gun; each row says how often it was tried. */
export async function relayRows({ progress, only = relayParts, ...sizes }) {
  const o = { ...full, ...sizes };
  const rows = [];
  if (only.includes("frames") || only.includes("sessions")) {
    await using stage = await Stage.open({ isWatched: true });
    if (only.includes("frames")) {
      progress("relay: frames altered, repeated, reflected; keys swapped");
      rows.push(...(await frameRows(stage, o)));
    }
    if (only.includes("sessions")) {
      progress("relay: sessions replayed, also after a restart; peers spoofed");
      rows.push(...(await sessionRows(stage, o)));
    }
    rows.push(...(await canaryRows(stage, { announced: only.includes("sessions") })));
  }
  if (only.includes("bare")) {
    progress("relay: the same without seals");
    await using stage = await Stage.open({ isWatched: false });
    rows.push(...(await bareRows(stage, o)));
  }
  return rows;
}

async function frameRows(stage, o) {
  const bob = await stage.honest("bob-of-frames", { announce: false });
  const dialler = await stage.dialler({ slots: o.slots });
  const attacks = new FrameAttacks({ stage, bob, dialler });
  const untouched = await attacks.untouched();
  const altered = await attacks.altered(untouched.lengths, o.stride);
  const repeated = await attacks.repeated(o.repeats);
  const reflected = await attacks.reflected(o.repeats);
  const echoed = await attacks.taken({ mode: "echo", tries: o.repeats, named: false });

  const [first] = dialler.slots;
  const bridged = await attacks.taken({
    mode: "bridge",
    target: first.inbox,
    tries: o.repeats,
    named: false,
    slots: 1,
  });
  const own = await attacks.taken({ mode: "own", tries: o.dials });
  const forward = await attacks.taken({ mode: "forward", target: bob.inbox, tries: o.dials });
  const unnamed = await attacks.taken({ mode: "own", tries: o.slots, named: false });
  const isNamed = own.codes.PEER_MISMATCH === own.tries;
  return [
    row({
      name: "untouched",
      values: [untouched.fine],
      unit: `delivered of ${untouched.tries} tries`,
      goal: `${untouched.tries}`,
      holds: (value) => value === untouched.tries,
    }),
    accepted("altered", altered.accepted, altered.tries, { lengths: untouched.lengths, ends: altered.ends }),
    accepted("repeated", repeated.accepted, repeated.tries, { ends: repeated.ends }),
    accepted(
      "reflected",
      reflected.accepted + echoed.established + bridged.established,
      reflected.tries + echoed.tries + bridged.tries,
      { ends: reflected.ends, echoed: echoed.codes, bridged: bridged.codes },
    ),
    {
      ...accepted(
        "swappedKey",
        own.established + own.frames + forward.established + forward.frames + (isNamed ? 0 : 1),
        own.tries + forward.tries,
      ),
      refused: { own: own.codes, forward: forward.codes },
    },
    ablated(
      "swappedKey unnamed",
      unnamed.text.includes(stage.secrets.plaintext) ? unnamed.frames : 0,
      unnamed.tries,
      "records read",
    ),
  ];
}

async function sessionRows(stage, o) {
  const { honest, replayed, restarted, letters, alice, bob } = await sessions(stage, o);
  const spoofed = await spoofing(stage, { ...o, alice, bob });
  const sent = honest.sent + spoofed.honest.sent;
  const confirmed = honest.confirmed + spoofed.honest.confirmed;
  return [
    accepted("replayed", replayed.accepted, replayed.tries, { refused: replayed.refused }),
    accepted("replayedAfterRestart", restarted.accepted, restarted.tries, { refused: restarted.refused }),
    // Each must have been read and refused, or it was no try.
    accepted("altered letters", letters.accepted, letters.isDone ? letters.tries : 0, { refused: letters.refused }),
    { ...accepted("spoofed", spoofed.accepted, spoofed.tries), refused: spoofed.refused },
    row({
      name: "honest",
      values: [confirmed],
      unit: `confirmed of ${sent} letters`,
      goal: `${sent}`,
      holds: (value) => value === sent,
    }),
  ];
}

/** @param o.announced whether a node of this stage puts itself into presence: its id there shows that the look-out sees ids */
async function canaryRows(stage, { announced }) {
  const { socket, graph, texts, bytes, values, allowed } = await stage.relay.ask("canary");
  const rows = Object.keys(socket).map((name) => ({
    ...row({
      name: `canary ${name}`,
      values: [socket[name] + graph[name]],
      unit: "seen by the relay",
      goal: "0",
      holds: (value) => value === 0,
    }),
    looked: { texts, bytes, graphValues: values },
  }));
  const { planted, found } = plantedCanaries(stage.secrets.plaintext);
  return [
    ...rows,
    row({
      name: "canary planted",
      values: [found],
      unit: `found of ${planted}`,
      goal: `${planted}`,
      holds: (value) => value === planted,
    }),
    row({
      name: "canary presence",
      values: [allowed],
      unit: "peer ids in presence",
      goal: announced ? "≥ 1" : "0: nobody announces",
      holds: (value) => (announced ? value >= 1 : value === 0),
    }),
  ];
}

/** The ablation: links that prove nothing and seal nothing fall to the same attacks. */
async function bareRows(stage, o) {
  const bob = await stage.honest("bob", { announce: false, ablated: true });
  const dialler = await stage.dialler({ slots: o.slots, ablated: true });
  const attacks = new FrameAttacks({ stage, bob, dialler });
  const untouched = await attacks.untouched();
  const altered = await attacks.altered(untouched.lengths, Math.max(5, o.stride));
  const reflected = await attacks.reflected(1);
  const own = await attacks.taken({ mode: "echo", tries: o.slots, named: false });
  await stage.relay.ask("capture");
  const { seen } = await bob.ask("seen");
  await bob[Symbol.asyncDispose]();
  const again = await stage.honest("bob", { announce: false, ablated: true, seen });
  const { tries } = await stage.relay.ask("play", { inboxes: [again.inbox], times: 1 });
  const { doubled } = await again.ask("stats");
  return [
    ablated("altered unsealed", altered.accepted, altered.tries),
    ablated("reflected unsealed", reflected.accepted + own.established, reflected.tries + own.tries),
    ablated("replayed unsealed", doubled, tries),
  ];
}

function accepted(name, value, tries, more = {}) {
  const made = row({
    name,
    values: [value],
    unit: `accepted of ${tries} tries`,
    goal: "0",
    holds: (each) => each === 0 && tries > 0,
  });
  return { ...made, tries, ...more };
}

function ablated(name, value, tries, what = "accepted") {
  const made = row({
    name,
    values: [value],
    unit: `${what} of ${tries} tries`,
    goal: "≥ 1: without its guard",
    holds: (each) => each >= 1,
  });
  return { ...made, tries };
}
