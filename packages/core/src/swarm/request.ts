import { SwarmError } from "../errors/index.ts";
import type { OpenChannel } from "../messaging/channel-book.ts";
import { letterUse } from "../messaging/frame.ts";
import type { OutLetter } from "../messaging/out-letter.ts";
import type { PeerId } from "../ports/identity.ts";
import type { SendOptions } from "../ports/sync-channel.ts";
import { type ChannelRooms, checkOptions, checkPeer, encodeBody, onAbort } from "./counter.ts";

/** @throws SwarmError `MESSAGE_INVALID` where the answer is not as the channel's response schema has it */
export function checkAnswer(channel: OpenChannel, answer: unknown): unknown {
  const result = channel.response?.safeParse(answer);
  if (result?.success) return answer;
  throw new SwarmError("MESSAGE_INVALID", `the answer on channel ${channel.name} is not as its response schema has it`);
}

/**
 * What the peer answered, as the channel's response schema has it.
 * @throws SwarmError `MESSAGE_INVALID`, also where the schema itself throws: a hostile answer may drive it to that
 */
export function readAnswer({ name, response }: Pick<OpenChannel, "name" | "response">, answer: unknown): unknown {
  let cause: unknown;
  try {
    const result = response?.safeParse(answer);
    if (result?.success) return result.data;
    cause = result?.error;
  } catch (error) {
    cause = error;
  }
  throw new SwarmError("MESSAGE_INVALID", `the answer on channel ${name} is not as its response schema has it`, {
    cause,
    detail: { remote: true },
  });
}

/** Asks, and resolves to the parsed answer. */
export async function sendRequest(
  rooms: ChannelRooms,
  channel: OpenChannel,
  to: PeerId,
  message: unknown,
  o: SendOptions = {},
): Promise<unknown> {
  checkPeer(rooms, to);
  if (channel.response === undefined) {
    throw new SwarmError("OPTION_INVALID", `channel ${channel.name} was opened without a response schema`, {
      detail: { path: "response" },
    });
  }
  const { ttlMs, signal, spread, onProgress } = checkOptions(rooms, o);
  const body = encodeBody(rooms, channel, message);
  signal?.throwIfAborted();
  const { outbox, requests } = rooms;
  requests.checkRoom();
  const draft = { to, channel: channel.name, use: letterUse.request, body, ttlMs, spread, onProgress };
  const letter: OutLetter = outbox.post(draft, (end) => {
    if (end.status === "failed") requests.fail(to, letter.seq, end.error);
  });
  const answer = requests.expect(to, letter.seq, ttlMs);
  const callOff = () => {
    outbox.cancel(letter, signal?.reason);
    requests.fail(to, letter.seq, signal?.reason);
    outbox.cancelRequest(to, letter.seq);
  };
  const deaf = signal && onAbort(signal, callOff);
  // The answer says that it was handled: whoever comes after its receiver is not to run it again.
  const answerCame = () => outbox.cancel(letter, undefined);
  answer.then(answerCame, () => undefined);
  return readAnswer(channel, await answer.finally(() => deaf?.()));
}
