import { describe, it } from "node:test";
import { conform } from "./conformance.js";

conform({ describe, it });
