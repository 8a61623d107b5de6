import { describe, it } from "vitest";
import { memoryTransport } from "../../conformance/subjects/memory-transport.ts";

describe("memory transport", () => memoryTransport.conform({ describe, it }, "whole"));
