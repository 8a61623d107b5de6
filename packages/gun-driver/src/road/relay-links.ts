import { defineManyPort } from "@swarm-space/core";
import type { RelayPool } from "../relay-pool.ts";

/**
 * Where the users of Gun in one node find each other: each provides a pool and wants the port, and all take the first pool of the
 * list, which is the same for all. So none depends on another, and a relay that two of them name has one socket.
 */
export const relayLinks = defineManyPort<RelayPool>("gun-relay-links");
