import { systemClock, systemRandom } from "@swarm-space/core";
import type { MeetingServers } from "@swarm-space/hybrid";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { exitCodes } from "../exit-codes.ts";
import type { Stage } from "../stage.ts";
import { formatTable } from "../table.ts";
import type { Finding } from "./finding.ts";
import { checkConfiguration, checkNode, checkPort, checkWebRtc, usualPorts } from "./local-checks.ts";

export interface DoctorOptions {
  /** Whether servers on the net are asked. */
  readonly public?: boolean;
  readonly timeoutMs: number;
  readonly json?: boolean;
}

/**
 * `swarm-space doctor`: looks at this installation; with `public` it also asks each public server for a sign of life, and nothing else ever does.
 * @param servers in place of the public ones
 */
export async function runDoctor(
  stage: Stage,
  path: string | undefined,
  o: DoctorOptions,
  servers?: MeetingServers,
): Promise<number> {
  const clock = systemClock();
  const findings: Finding[] = [
    checkNode(stage.nodeVersion),
    await checkConfiguration(stage, path),
    await checkWebRtc(() => openWebRtc({ clock, bindAddress: "127.0.0.1" })),
  ];
  for (const each of usualPorts) findings.push(await checkPort(each));
  if (o.public) {
    const { probeServers } = await import("./server-probes.ts");
    const asked = servers ?? (await import("@swarm-space/hybrid")).publicServers;
    findings.push(...(await probeServers(asked, { clock, random: systemRandom(), timeoutMs: o.timeoutMs })));
  }
  const isWell = findings.every(({ state }) => state !== "bad");
  if (o.json) stage.say(JSON.stringify({ isWell, findings }));
  else tell(stage, findings, o);
  return isWell ? exitCodes.done : exitCodes.failed;
}

const words = { good: "ok", odd: "look", bad: "BAD" };

function tell(stage: Stage, findings: readonly Finding[], o: DoctorOptions): void {
  const rows = findings.map(({ what, state, detail }) => [words[state], what, detail]);
  stage.say(formatTable(["", "what", "found"], rows));
  for (const { what, cure } of findings) if (cure !== undefined) stage.warn(`${what}: ${cure}`);
  if (!o.public) stage.say("No server on the net was asked; --public asks them.");
}
