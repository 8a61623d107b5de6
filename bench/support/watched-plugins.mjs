/** Plugins as they are, looked into while they run: what a chain gives to those who ask, and what a transport's connections are given. */
import { definePlugin, ports } from "@swarm-space/core";

/** The plugin with another in the place of whatever it provides at a port. */
function providing(plugin, wanted, replace) {
  return definePlugin({
    ...plugin,
    setup: (context) =>
      plugin.setup({
        ...context,
        provide: (port, value) => context.provide(port, port === wanted ? replace(value) : value),
      }),
  });
}

/** Bytes of headers and bodies that a chain answered questions with, and of those that it had given before. */
export class Answered {
  bytes = 0;
  again = 0;
  #given = new Set();

  /** @param {object} plugin of a chain */
  watch(plugin) {
    return providing(plugin, ports.syncChannel, (channel) => ({
      ...channel,
      respond: async (question, ...more) => {
        const answer = await channel.respond(question, ...more);
        this.#note(question, answer);
        return answer;
      },
    }));
  }

  #note({ ids = [] }, { headers = new Uint8Array(), bodies = [] }) {
    const sealedHeaderBytes = 254;
    for (let at = 0; at < headers.length; at += sealedHeaderBytes)
      this.#add(headers.subarray(at, at + sealedHeaderBytes), sealedHeaderBytes);
    for (const [at, body] of bodies.entries()) if (body !== null) this.#add(ids[at], body.length);
  }

  #add(key, bytes) {
    const name = Buffer.from(key).toString("base64");
    this.bytes += bytes;
    if (this.#given.has(name)) this.again += bytes;
    this.#given.add(name);
  }
}

/** Bytes of the frames that connections of a transport were given. */
export class Sent {
  bytes = 0;

  /** @param {object} plugin of a transport */
  watch(plugin) {
    return providing(plugin, ports.transport, (transport) => {
      const { open, connect } = transport;
      transport.open = (accept, o) => open.call(transport, (connection) => accept(this.#count(connection)), o);
      transport.connect = async (...target) => this.#count(await connect.apply(transport, target));
      return transport;
    });
  }

  #count(connection) {
    const { send } = connection;
    connection.send = (frame) => {
      this.bytes += frame.length;
      return send.call(connection, frame);
    };
    return connection;
  }
}
