/** Codes of the command. */
export const errorTable = Object.freeze({
  /** The command line is wrong. */
  USAGE_INVALID: "See `swarm-space --help`.",
  /** A port that `swarm-space infra` needs cannot be had. */
  PORT_UNAVAILABLE:
    "Stop what listens there, or name another one with `--port`, `--peer-port`, `--stun-port`, `--tracker-port`, `--dht-port` or `--health-port`; 0 takes a free one.",
  /** The file with the secret of a TURN server cannot be read, or has none. */
  SECRET_UNREADABLE: "Name the file whose text is the server's `static-auth-secret`: `openssl rand -hex 32` makes one.",
  /** No profile token of this ticker or id is on the chain that this node knows. */
  TOKEN_UNKNOWN:
    "`swarm-space chain token list` shows those there are; a node that is alone may not have heard of it yet.",
} as const);
