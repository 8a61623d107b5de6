import { sleep } from "./stage.mjs";

/** A receiver lets so many dials in for each relay: what is faster would meet that guard and not this one. */
const dialsPerSecond = 55;
/** And a node so many handshakes that come to nothing. */
const unfinishedPerSecond = 9;
/** With the fourth message the handshake is done. */
const firstLetterMessage = 3;

/** Attempts of single dials, each of which meets one tactic of the relay. */
export class FrameAttacks {
  #stage;
  #bob;
  #dialler;
  #number = 0;
  #nextAt = 0;
  #nextUnfinishedAt = 0;

  constructor({ stage, bob, dialler }) {
    this.#stage = stage;
    this.#bob = bob;
    this.#dialler = dialler;
  }

  /** Dials that the relay leaves alone: how many letters were handled and answered, and the length of each message. */
  async untouched() {
    const done = await this.#each(this.#dialler.slots.map(() => ({ kind: "alter", message: -1 })));
    const fine = done.filter(({ isDialled, heard, handled }) => isDialled && heard > 0 && handled === 1);
    return { tries: done.length, fine: fine.length, lengths: done[0].lengths };
  }

  /** Every byte of every message, or each `stride`th: one dial for each. */
  async altered(lengths, stride = 1) {
    const plans = lengths.flatMap((length, message) => {
      const places = Array.from({ length: Math.ceil(length / stride) }, (_, index) => index * stride);
      return places.map((position) => ({ kind: "alter", message, position, mask: 1 + ((position * 37) % 255) }));
    });
    return this.#judge(plans);
  }

  repeated(times) {
    return this.#judge(plansOf("repeat", times));
  }

  reflected(times) {
    return this.#judge(plansOf("reflect", times));
  }

  /** Dials that the relay takes for itself. Each outcome by its code; `established`: links that came to be. */
  async taken({ mode, target, tries, named = true, slots }) {
    const { relay } = this.#stage;
    await relay.ask("receive", { mode, target });
    await relay.ask("redirect", true);
    const done = await this.#each(
      Array.from({ length: tries }, () => ({ kind: "alter", message: -1, named })),
      slots,
    );
    await relay.ask("redirect", false);
    const codes = {};
    for (const { code = "established" } of done) codes[code] = (codes[code] ?? 0) + 1;
    const { frames, text, guests } = await relay.ask("counts");
    return { tries: done.length, established: codes.established ?? 0, codes, frames, text, guests };
  }

  async #judge(plans) {
    const done = await this.#each(plans);
    // A dial that ended before its message was there tried nothing: on a busy machine some do. They are made again.
    const idle = plans.filter((_, index) => !(done[index]?.applied > 0));
    if (idle.length > 0) done.push(...(await this.#each(idle)));
    const applied = done.filter((each) => each.applied > 0);
    if (applied.length < plans.length * 0.99)
      throw new Error(`only ${applied.length} of ${plans.length} tries were made`);
    const ends = {};
    for (const { code, closed } of applied) ends[code ?? closed] = (ends[code ?? closed] ?? 0) + 1;
    const tries = applied.reduce((sum, each) => sum + each.applied, 0);
    return { tries, accepted: applied.filter(isAccepted).length, ends };
  }

  async #each(plans, slots = this.#dialler.slots.length) {
    const waiting = plans.map((plan, index) => ({ plan, index }));
    const done = [];
    const work = async (slot) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        done[next.index] = await this.#attempt(slot, next.plan);
      }
    };
    await Promise.all(Array.from({ length: slots }, (_, slot) => work(slot)));
    return done;
  }

  async #attempt(slot, { named, ...plan }, again = 2) {
    await this.#pace(plan.message >= 0 && plan.message < firstLetterMessage);
    const { relay, secrets } = this.#stage;
    const { inbox, peer } = this.#dialler.slots[slot];
    const before = await this.#bob.ask("from", { peer });
    await relay.ask("arm", { inbox, ...plan });
    const outcome = await this.#dialler.ask("attempt", {
      slot,
      to: { inbox: this.#bob.inbox, peer: this.#bob.peer },
      number: ++this.#number,
      text: secrets.plaintext,
      untilClosed: plan.kind === "repeat" || plan.kind === "reflect",
      ...(named === undefined ? {} : { named }),
    });
    const met = await relay.ask("disarm", { inbox });
    // A dial that did not come about was no try.
    if (!outcome.isDialled && again > 0) return this.#attempt(slot, { named, ...plan }, again - 1);
    const handled = (await this.#bob.ask("from", { peer })) - before;
    return { ...plan, ...outcome, ...met, handled };
  }

  async #pace(isUnfinished) {
    const now = performance.now();
    this.#nextAt = Math.max(now, this.#nextAt + 1_000 / dialsPerSecond);
    if (isUnfinished) {
      this.#nextUnfinishedAt = Math.max(this.#nextAt, this.#nextUnfinishedAt + 1_000 / unfinishedPerSecond);
      return sleep(this.#nextUnfinishedAt - now);
    }
    if (this.#nextAt > now) await sleep(this.#nextAt - now);
  }
}

/** Whether anything that the relay made of a message was taken for good. */
export function isAccepted({ kind, message, isEstablished, heard, handled }) {
  if (kind === "repeat") return handled > 1 || heard > (message === 4 ? 1 : 2);
  if (message <= 1) return isEstablished === true;
  // The letter itself came through untouched; its answer must not.
  if (message === 4) return kind === "reflect" ? handled > 1 : heard > 0;
  return handled > 0 || heard > 0;
}

function plansOf(kind, times) {
  return Array.from({ length: times }, () => [0, 1, 2, 3, 4].map((message) => ({ kind, message }))).flat();
}
