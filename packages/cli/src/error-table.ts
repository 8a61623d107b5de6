/** Codes of the command. */
export const errorTable = Object.freeze({
  USAGE_INVALID: { meaning: "The command line is wrong.", cure: "See `swarm-space --help`." },
  PORT_UNAVAILABLE: {
    meaning: "A port that `swarm-space infra` needs cannot be had.",
    cure: "Stop what listens there, or name another one with `--port`, `--peer-port`, `--stun-port`, `--tracker-port`, `--dht-port` or `--health-port`; 0 takes a free one.",
  },
  SECRET_UNREADABLE: {
    meaning: "The file with the secret of a TURN server cannot be read, or has none.",
    cure: "Name the file whose text is the server's `static-auth-secret`: `openssl rand -hex 32` makes one.",
  },
  TOKEN_UNKNOWN: {
    meaning: "No profile token of this ticker or id is on the chain that this node knows.",
    cure: "`swarm-space chain token list` shows those there are; a node that is alone may not have heard of it yet.",
  },
} as const);
