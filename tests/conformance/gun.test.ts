import { describe, it } from "vitest";
import { gunTransport } from "../../conformance/subjects/gun-transport.ts";

describe("gun transport", () => gunTransport.conform({ describe, it }, "short"));
