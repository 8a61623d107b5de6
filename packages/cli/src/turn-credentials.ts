import { createHmac } from "node:crypto";

export interface TurnCredentials {
  /** When they end, in seconds since the Unix epoch, a colon, and the name. */
  readonly username: string;
  readonly credential: string;
}

/**
 * Credentials that a TURN server with the same secret takes until they expire, as coturn with `use-auth-secret`
 * (draft-uberti-behave-turn-rest-00, section 2.2). Pure.
 * @param o.expiresAt milliseconds since the Unix epoch
 */
export function turnCredentials(o: {
  readonly secret: string;
  readonly name: string;
  readonly expiresAt: number;
}): TurnCredentials {
  const username = `${Math.floor(o.expiresAt / 1_000)}:${o.name}`;
  return { username, credential: createHmac("sha1", o.secret).update(username).digest("base64") };
}
