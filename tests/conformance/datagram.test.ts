import { describe, it } from "vitest";
import { datagramTransport } from "../../conformance/subjects/datagram-transport.ts";

describe("datagram transport", () => datagramTransport.conform({ describe, it }, "whole"));
