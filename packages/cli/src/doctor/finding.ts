/** What one check found. */
export interface Finding {
  readonly what: string;
  /** "bad": this will not work. "odd": it may be meant so. */
  readonly state: "good" | "odd" | "bad";
  readonly detail: string;
  /** What to do, where there is something to do. */
  readonly cure?: string;
}

export function good(what: string, detail: string): Finding {
  return { what, state: "good", detail };
}

export function odd(what: string, detail: string, cure: string): Finding {
  return { what, state: "odd", detail, cure };
}

export function bad(what: string, detail: string, cure: string): Finding {
  return { what, state: "bad", detail, cure };
}
