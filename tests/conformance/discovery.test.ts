import { describe, it } from "vitest";
import { gunDiscovery, memoryDiscovery } from "../../conformance/subjects/discovery.ts";

describe("memory discovery", () => memoryDiscovery.conform({ describe, it }, "whole"));
describe("gun discovery", () => gunDiscovery.conform({ describe, it }, "short"));
