import type { z } from "zod";
import { quote, SwarmError } from "../errors/index.ts";
import type { PeerId } from "../ports/identity.ts";
import type { MessageContext } from "../ports/sync-channel.ts";
import { isChannelName } from "./frame.ts";

/** How a channel hears a message. A throw or rejection is told to the sender. */
export type MessageHandler<Message> = (message: Message, from: PeerId, context: MessageContext) => void | Promise<void>;

/** A channel as the inbox sees it. */
export interface OpenChannel {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Replaced, never changed: one that is added while a letter runs hears the next one. */
  handlers: readonly MessageHandler<unknown>[];
  /** Letters run in the order they were sent, per sender. */
  readonly ordered: boolean;
  /** Schema of what requests on this channel are answered with. */
  readonly response: z.ZodType | undefined;
  /** Answers requests. */
  responder: RequestHandler<unknown, unknown> | undefined;
  /** Nothing is written or read any more. */
  closed: boolean;
}

/** Beside a request: who asks, and a signal that aborts when the asker gave up or its time is over. */
export interface RequestContext {
  readonly from: PeerId;
  readonly signal: AbortSignal;
}

/** Answers a request. A throw rejects it at the asker, under its own code where it is a SwarmError. */
export type RequestHandler<Request, Response> = (
  request: Request,
  context: RequestContext,
) => Response | Promise<Response>;

/** What a channel is opened with. */
export interface ChannelTraits {
  readonly ordered: boolean;
  readonly response: z.ZodType | undefined;
}

/** Most channels of a node, and most handlers of a channel. */
const maxChannels = 1_024;
const maxHandlers = 256;

/** The channels of a node by name. They outlive a stop, so that a start finds them again. */
export class ChannelBook {
  readonly #byName = new Map<string, OpenChannel>();

  find(name: string): OpenChannel | undefined {
    return this.#byName.get(name);
  }

  /** @throws SwarmError `OPTION_INVALID`, `CHANNEL_DUPLICATE` */
  open(name: string, schema: z.ZodType, { ordered, response }: ChannelTraits): OpenChannel {
    if (!isChannelName(name)) {
      throw new SwarmError(
        "OPTION_INVALID",
        `a channel's name is 1 to 64 characters of a-z 0-9 . : / _ -, not ${quote(name)}`,
        {
          detail: { path: "name" },
        },
      );
    }
    if (!isSchema(schema)) {
      throw new SwarmError("OPTION_INVALID", `channel ${name} needs a zod schema`, { detail: { path: "schema" } });
    }
    if (response !== undefined && !isSchema(response)) {
      throw new SwarmError("OPTION_INVALID", `the response of channel ${name} is no zod schema`, {
        detail: { path: "response" },
      });
    }
    if (this.#byName.has(name)) throw new SwarmError("CHANNEL_DUPLICATE", `channel ${name} is open already`);
    if (this.#byName.size >= maxChannels)
      throw new SwarmError("OPTION_INVALID", `a node has at most ${maxChannels} channels`);
    const channel: OpenChannel = {
      name,
      schema,
      handlers: [],
      ordered,
      response,
      responder: undefined,
      closed: false,
    };
    this.#byName.set(name, channel);
    return channel;
  }

  close(channel: OpenChannel): void {
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    channel.closed = true;
    channel.handlers = [];
    channel.responder = undefined;
  }

  /** @throws SwarmError `CHANNEL_CLOSED`; `OPTION_INVALID` where the channel has one already, or no response schema */
  setResponder(channel: OpenChannel, responder: RequestHandler<unknown, unknown>): () => void {
    checkOpen(channel);
    if (channel.response === undefined) {
      throw new SwarmError("OPTION_INVALID", `channel ${channel.name} was opened without a response schema`, {
        detail: { path: "response" },
      });
    }
    if (channel.responder !== undefined)
      throw new SwarmError("OPTION_INVALID", `channel ${channel.name} has a request handler already`);
    channel.responder = responder;
    return () => {
      if (channel.responder === responder) channel.responder = undefined;
    };
  }

  /** @throws SwarmError `CHANNEL_CLOSED`; `OPTION_INVALID` over 256 handlers */
  addHandler(channel: OpenChannel, handler: MessageHandler<unknown>): () => void {
    checkOpen(channel);
    if (channel.handlers.length >= maxHandlers)
      throw new SwarmError("OPTION_INVALID", `a channel has at most ${maxHandlers} handlers`);
    let live = true;
    const own: MessageHandler<unknown> = (message, from, context) =>
      live && !channel.closed ? handler(message, from, context) : undefined;
    channel.handlers = [...channel.handlers, own];
    return () => {
      live = false;
      channel.handlers = channel.handlers.filter((each) => each !== own);
    };
  }
}

/** On one that is closed nothing would ever be heard. @throws SwarmError `CHANNEL_CLOSED` */
export function checkOpen({ closed, name }: OpenChannel): void {
  if (closed) throw new SwarmError("CHANNEL_CLOSED", `channel ${name} was closed`);
}

function isSchema(schema: z.ZodType): boolean {
  try {
    return typeof schema?.safeParse === "function";
  } catch {
    return false;
  }
}
