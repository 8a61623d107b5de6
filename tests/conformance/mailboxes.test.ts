import { describe, it } from "vitest";
import { gunMailbox, memoryMailbox } from "../../conformance/subjects/mailboxes.ts";

describe("memory mailbox", () => memoryMailbox.conform({ describe, it }, "whole"));
describe("gun mailbox", () => gunMailbox.conform({ describe, it }, "short"));
