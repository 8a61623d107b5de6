import type { EventName, Swarm, SwarmEvents } from "@swarm-space/core";
import { openFromFile } from "./config-source.ts";
import { exitCodes } from "./exit-codes.ts";
import { jsonLine } from "./json-line.ts";
import type { Stage } from "./stage.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { eventWords, toldEvents } from "./told-events.ts";

export interface StartOptions {
  readonly json?: boolean;
  readonly untilEof?: boolean;
}

/** `swarm-space start [config]`: runs a node until it is asked to stop. */
export async function startNode(stage: Stage, path: string | undefined, o: StartOptions): Promise<number> {
  const stop = stopSignal(stage, o.untilEof);
  const swarm = await openFromFile(stage, path);
  for (const name of toldEvents) tell(stage, swarm, name, o.json === true);
  try {
    await swarm.start({ signal: stop });
    const transports = [...swarm.getTransportStatus().health.values()];
    if (o.json) {
      const states = transports.map(({ transport, status }) => ({ transport, ...status }));
      stage.say(jsonLine("swarm:start", { peer: swarm.id, network: swarm.network, transports: states }));
    } else {
      stage.say(`node ${swarm.id}`);
      stage.say(
        `network ${swarm.network}, transports: ${transports.map((each) => each.transport).join(", ") || "none"}`,
      );
    }
    await aborted(stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await swarm.stop();
  }
  stage.say(o.json ? jsonLine("swarm:stop", { peer: swarm.id }) : "stopped");
  return exitCodes.done;
}

function tell<Name extends EventName>(stage: Stage, swarm: Swarm, name: Name, json: boolean): void {
  const words: ((detail: SwarmEvents[Name]) => string) | undefined = eventWords[name];
  swarm.on(name, (detail) => {
    if (json) stage.say(jsonLine(name, detail));
    else if (words) stage.say(words(detail));
  });
}
