import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describeError, systemClock } from "@swarm-space/core";
import { exitCodes } from "./exit-codes.ts";
import { failure } from "./failure.ts";
import type { Stage } from "./stage.ts";
import { turnCredentials } from "./turn-credentials.ts";

export interface TurnCredentialsOptions {
  readonly secretFile: string;
  readonly name: string;
  readonly ttlMs: number;
  readonly url: readonly string[];
}

/** A secret this short is guessed from one credential. */
const shortestSecret = 16;

/** `swarm-space infra turn-credentials`: one ICE server as JSON, as `iceServers` takes it. */
export async function tellTurnCredentials(stage: Stage, o: TurnCredentialsOptions): Promise<number> {
  const file = resolve(stage.folder, o.secretFile);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw failure("SECRET_UNREADABLE", describeError(error), error);
  });
  const secret = text.trim();
  if (secret.length < shortestSecret) {
    throw failure("SECRET_UNREADABLE", `${file} has no secret of ${shortestSecret} characters or more`);
  }
  const { username, credential } = turnCredentials({
    secret,
    name: o.name,
    expiresAt: systemClock().wall() + o.ttlMs,
  });
  stage.say(JSON.stringify({ ...(o.url.length > 0 ? { urls: o.url } : {}), username, credential }));
  return exitCodes.done;
}
