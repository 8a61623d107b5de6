import { SwarmError } from "@swarm-space/core";

/** Fails a check, in words of the promise that was broken. */
export function expectTrue(holds: boolean, promise: string): void {
  if (!holds) throw new Error(promise);
}

/** Compares numbers, texts and lists of them by their JSON. */
export function expectEqual(found: unknown, expected: unknown, promise: string): void {
  const [shown, wanted] = [show(found), show(expected)];
  if (shown !== wanted) throw new Error(`${promise}: expected ${wanted}, found ${shown}`);
}

/** The code that `run` fails with must be one of `codes`. Synchronous throws count too. */
export async function expectCode(run: () => unknown, codes: readonly string[], promise: string): Promise<void> {
  let found: unknown;
  try {
    await run();
  } catch (error) {
    if (SwarmError.is(error) && codes.includes(error.code)) return;
    throw new Error(`${promise}: expected ${codes.join(" or ")}, found ${String(error)}`, { cause: error });
  }
  throw new Error(
    `${promise}: expected ${codes.join(" or ")}, found ${found === undefined ? "no error" : show(found)}`,
  );
}

/** `work` must reject with `reason` itself, as an abort's does. */
export async function expectReason(work: Promise<unknown>, reason: unknown, promise: string): Promise<void> {
  const found = await work.then(
    () => "it resolved",
    (error: unknown) => (error === reason ? undefined : String(error)),
  );
  if (found !== undefined) throw new Error(`${promise}: expected the signal's reason, found: ${found}`);
}

export function sameBytes(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length})` : text;
}
