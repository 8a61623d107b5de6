import { answerWith } from "../support/process.mjs";
import { Canary } from "./canary.mjs";
import { GunServer, newId } from "./gun-server.mjs";
import { Lanes } from "./lanes.mjs";
import { OwnEnd } from "./own-end.mjs";

const { network } = JSON.parse(process.argv[2]);
const canary = new Canary();
const lanes = new Lanes((soul, value) => server.plant(soul, value));
const server = new GunServer({
  onItem: (item, isOwn) => lanes.pass(item, isOwn),
  onText: (text) => canary.hear(text),
});
const { url, ownUrl } = await server.listen();
const own = new OwnEnd();
const { inbox, peer } = await own.open({ network, url: ownUrl });
/** A connection that said something so lately is alive. */
const livingMs = 1_500;
let old = { items: [], plays: [] };

answerWith({
  where: () => ({ url, inbox, peer }),
  arm: (tactic) => lanes.arm(tactic),
  disarm: (tactic) => lanes.disarm(tactic),
  receive: (mode) => own.receive(mode),
  counts: () => own.counts,
  claim: (whom) => own.claim(whom),
  /** Sends dials of the honest to the relay's own end. */
  redirect(isOn) {
    lanes.redirectTo = isOn ? `ss.in.${inbox}` : undefined;
  },
  /** Lets a peer's presence pass no more, and says in its name that it is here: so many records. */
  spoof({ peer: whom, records }) {
    lanes.hushed = whom;
    const shards = new Set();
    for (const [soul, keys] of server.graph) {
      if (!soul.startsWith("ss.at.")) continue;
      shards.add(soul);
      for (const [key, { value }] of keys) if (value.includes(whom)) keys.delete(key);
    }
    const souls = [...shards];
    for (let i = 0; i < records; i++) {
      const record = { v: 1, p: whom, a: [["gun", inbox, url]], x: Date.now() + 120_000 };
      server.plant(souls[i % souls.length], JSON.stringify(record));
    }
    return records;
  },
  unspoof() {
    lanes.hushed = undefined;
  },
  /** Begins a new capture. */
  forget() {
    lanes.captured = [];
    lanes.all = [];
  },
  /** Takes all that passed since for the capture. */
  capture() {
    const plays = lanes.all.flatMap(({ toAcceptor, toDialler }) => [toAcceptor.frames, toDialler.frames]);
    old = { items: [...lanes.captured], plays: plays.filter(({ length }) => length > 1).slice(-24) };
    return { items: old.items.length, plays: old.plays.length };
  },
  /** The capture again, as it was, each value under a new key. */
  repeat({ times }) {
    let tries = 0;
    for (let i = 0; i < times; i++) {
      for (const { soul, value } of old.items) {
        server.put({ soul, key: newId(), value, state: 1 });
        tries++;
      }
    }
    return { tries };
  },
  /** The capture again by dials of the relay's own: each side of each connection to each inbox. */
  async play({ inboxes, times }) {
    let tries = 0;
    for (let i = 0; i < times; i++) {
      for (const to of inboxes) {
        const played = await Promise.all(
          old.plays.map((frames) => own.play({ inbox: to, frames }).catch(() => ({ said: 0 }))),
        );
        tries += played.reduce((sum, { said }) => sum + said, 0);
      }
    }
    return { tries };
  },
  /** Records of the living connections again, in place of the next that would come. */
  continue({ records }) {
    let tries = 0;
    const now = performance.now();
    for (const { toAcceptor, toDialler, heardAt } of lanes.all) {
      if (now - heardAt > livingMs) continue;
      for (const side of [toAcceptor, toDialler]) {
        const again = side.frames.slice(-records);
        if (again.length > 0) lanes.continueWith(side, again);
        tries += again.length;
      }
    }
    return { tries };
  },
  /** A letter that lies in a mailbox again and again, each time with another byte altered. */
  alterLetter({ stride }) {
    const box = old.items.findLast(({ soul }) => soul.startsWith("ss.box."));
    if (box === undefined) return { tries: 0 };
    const [expiry, letter] = box.value.split(".");
    const bytes = Buffer.from(letter, "base64");
    let tries = 0;
    for (let position = 0; position < bytes.length; position += stride) {
      const altered = Buffer.from(bytes);
      altered[position] ^= 1 + ((position * 37) % 255);
      server.plant(box.soul, `${expiry}.${altered.toString("base64")}`);
      tries++;
    }
    return { tries };
  },
  watch: (needles) => canary.watch(needles),
  canary() {
    const { texts, bytes, allowed } = canary;
    const socket = { ...canary.seen };
    for (const name of Object.keys(canary.seen)) canary.seen[name] = 0;
    let values = 0;
    for (const [soul, keys] of server.graph) {
      for (const [key, { value }] of keys) {
        values++;
        canary.value(key, "");
        canary.value(value, soul);
      }
    }
    return { texts, bytes, allowed, values, socket, graph: { ...canary.seen } };
  },
});
