import { describe, it } from "vitest";
import { openRelayServer } from "../../conformance/relay-server.ts";
import { bootstrapDiscovery } from "../../conformance/subjects/bootstrap.ts";
import { gunDiscovery, memoryDiscovery } from "../../conformance/subjects/discovery.ts";

describe("memory discovery", () => memoryDiscovery.conform({ describe, it }, "whole"));
describe("bootstrap registry", () => bootstrapDiscovery.conform({ describe, it }, "whole"));
describe("gun discovery", () => gunDiscovery(openRelayServer).conform({ describe, it }, "short"));
