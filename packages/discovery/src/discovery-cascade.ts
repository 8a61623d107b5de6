/**
 * Where the cascade stands. Times are monotonic milliseconds.
 * - `resting`: enough peers are connected, no source is asked.
 * - `waiting`: too few, and the first source is asked at `until`.
 * - `looking`: the first `asked` sources are asked; one more at `nextAt`, unless there is none.
 */
export type CascadeState =
  | { readonly kind: "resting" }
  | { readonly kind: "waiting"; readonly until: number }
  | { readonly kind: "looking"; readonly asked: number; readonly nextAt: number };

export interface CascadeRules {
  readonly enough: number;
  readonly budgetMs: number;
  readonly restartMs: number;
  /** 0 to 1. */
  readonly jitter: number;
}

/** What the cascade is told at a step. */
export interface CascadeView {
  readonly now: number;
  /** 0 to 1, drawn anew for each step. */
  readonly chance: number;
  readonly sources: number;
  readonly connected: number;
  /** Somebody waits for a peer of which nobody knows where it is. */
  readonly isSeeking: boolean;
  /** All who are asked have no more to say, and none of whom they told is still to be tried. */
  readonly isSpent: boolean;
}

/** Where a node begins: too few, and due at once. */
export function firstState(now: number): CascadeState {
  return { kind: "waiting", until: now };
}

/** The state after this moment. Pure; told the same again, it stays as it is. */
export function advance(state: CascadeState, view: CascadeView, rules: CascadeRules): CascadeState {
  const { now, chance, connected, isSeeking } = view;
  const isEnough = connected >= rules.enough && !isSeeking;
  if (isEnough) return state.kind === "resting" ? state : { kind: "resting" };
  if (state.kind === "resting") {
    // Many lose their peers at once when a relay ends: they do not all come back at once.
    const waitMs = isSeeking ? 0 : jittered(rules.restartMs, rules.jitter, chance);
    return { kind: "waiting", until: now + waitMs };
  }
  if (state.kind === "waiting") {
    if (now < state.until) return state;
    return { kind: "looking", asked: Math.min(1, view.sources), nextAt: now + budget(rules, chance) };
  }
  if (state.asked >= view.sources) return state;
  if (now < state.nextAt && !view.isSpent) return state;
  return { kind: "looking", asked: state.asked + 1, nextAt: now + budget(rules, chance) };
}

/** When the next step is due; undefined: not before something happens. */
export function dueAt(state: CascadeState, sources: number): number | undefined {
  if (state.kind === "waiting") return state.until;
  return state.kind === "looking" && state.asked < sources ? state.nextAt : undefined;
}

/** Sources as `order` names them; those that it does not name come last, as they were. */
export function inOrder<Source extends { readonly id: string }>(
  sources: readonly Source[],
  order: readonly string[],
): Source[] {
  const placeOf = ({ id }: Source) => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  return [...sources].sort((a, b) => placeOf(a) - placeOf(b));
}

/** A time made longer or shorter by up to `jitter` of it. @param chance 0 to 1 */
export function jittered(ms: number, jitter: number, chance: number): number {
  return ms * (1 - jitter + 2 * jitter * chance);
}

function budget({ budgetMs, jitter }: CascadeRules, chance: number): number {
  return jittered(budgetMs, jitter, chance);
}
