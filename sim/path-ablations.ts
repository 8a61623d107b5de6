import type { ResilienceConfig } from "@swarm-space/resilience";
import { type Plant, patched } from "./planted.ts";

/** A guard of the choice of ways, switched off: the row that it serves must go red. */
export interface PathAblation {
  readonly name: string;
  readonly scenario: "swap" | "noise";
  readonly resilience?: ResilienceConfig;
  readonly plant?: Plant["plant"];
}

export const pathAblations: readonly PathAblation[] = Object.freeze([
  { name: "stickiness off", scenario: "noise", resilience: { hysteresis: 0, stickinessMs: 0, minSwitchMs: 0 } },
  {
    name: "learning off",
    scenario: "swap",
    plant: patched("resilience/adaptive-routes", "AdaptiveRoutes", "record", () => () => undefined),
  },
  {
    name: "standby not measured",
    scenario: "swap",
    plant: patched("core/messaging/link-watch", "LinkWatch", "measure", () => () => undefined),
  },
]);
