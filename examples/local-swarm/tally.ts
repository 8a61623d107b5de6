/** What the receivers' own logs say. Pure. */
export interface Sent {
  readonly to: string;
  readonly number: number;
}

export interface Received {
  readonly from: string;
  readonly number: number;
  /** Wall milliseconds of the sender and of the receiver, which are on one machine. */
  readonly sentAt: number;
  readonly at: number;
}

export interface NodeLogs {
  readonly id: string;
  readonly name: string;
  readonly sent: readonly Sent[];
  readonly received: readonly Received[];
}

/** Lines of a log. A last line that is cut off was not written to its end, and does not count. */
export function parseLog(text: string): unknown[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** Counts by sequence number, for each pair: what was sent against what arrived, and how often. */
export function tally(nodes: readonly NodeLogs[]) {
  const pairs = nodes.flatMap((sender) =>
    nodes
      .filter((receiver) => receiver !== sender)
      .map((receiver) => {
        const sent = new Set(sender.sent.filter(({ to }) => to === receiver.id).map(({ number }) => number));
        const arrived = receiver.received.filter(({ from }) => from === sender.id);
        const numbers = new Set(arrived.map(({ number }) => number));
        const delivered = [...sent].filter((number) => numbers.has(number)).length;
        return {
          from: sender.name,
          to: receiver.name,
          sent: sent.size,
          delivered,
          lost: sent.size - delivered,
          duplicated: arrived.length - numbers.size,
          // Arrived, and never sent.
          foreign: [...numbers].filter((number) => !sent.has(number)).length,
        };
      }),
  );
  const strangers = nodes.flatMap(({ received }) =>
    received.filter(({ from }) => !nodes.some(({ id }) => id === from)),
  );
  const sum = (key: "sent" | "delivered" | "lost" | "duplicated" | "foreign") =>
    pairs.reduce((total, pair) => total + pair[key], 0);
  return {
    pairs,
    sent: sum("sent"),
    delivered: sum("delivered"),
    lost: sum("lost"),
    duplicated: sum("duplicated"),
    foreign: sum("foreign") + strangers.length,
  };
}

/** How long after the relay was back the last of the letters arrived that had been written before (wall milliseconds). */
export function recoveredMs(nodes: readonly NodeLogs[], backAt: number): number {
  const arrivals = nodes.flatMap(({ received }) =>
    received.filter(({ sentAt }) => sentAt < backAt).map(({ at }) => at),
  );
  return Math.max(0, ...arrivals.map((at) => at - backAt));
}
