/** One switch a guard. All are on in the plugin; only tests can reach them, to show that each guard is needed. */
export interface Safeguards {
  /** Slots are shared between sources and address ranges, and a crowded range makes room first. */
  readonly diversity: boolean;
  /** A source has a place for so many strangers and no more. */
  readonly sourceCap: boolean;
  /** A source is read no faster than its budget. */
  readonly budget: boolean;
  /** One success of one attempt is little known. */
  readonly confidence: boolean;
  /** What is known of a peer fades. */
  readonly fading: boolean;
  /** A peer earns one success in `creditMs`. */
  readonly creditPace: boolean;
  /** Only peers that this node chose make it stop looking. */
  readonly ownChoice: boolean;
  /** A stranger keeps its slot until its dial fails. */
  readonly steadiness: boolean;
  /** Among strangers chance decides, and not who was told of last: else all nodes dial the same one. */
  readonly chance: boolean;
}

export const allSafeguards: Safeguards = Object.freeze({
  diversity: true,
  sourceCap: true,
  budget: true,
  confidence: true,
  fading: true,
  creditPace: true,
  ownChoice: true,
  steadiness: true,
  chance: true,
});
