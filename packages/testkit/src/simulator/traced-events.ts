import { type EventBus, EventEmitter, type EventName, type SwarmEvents } from "@swarm-space/core";

/** The kernel's own event room, with a witness that hears every event before its listeners do. */
export function tracedEvents(witness: (name: EventName, detail: unknown) => void): EventBus {
  const events = new EventEmitter();
  return Object.freeze({
    emit<Name extends EventName>(name: Name, detail: SwarmEvents[Name]): void {
      witness(name, detail);
      events.emit(name, detail);
    },
    on: <Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void) =>
      events.on(name, listener),
  });
}
