import type { HybridOptions } from "@swarm-space/hybrid";

/** A row of the seed's table of performance, and the preset with that one way alone. */
export interface Claim {
  readonly transport: string;
  /** The seed's "~50ms". */
  readonly latencyMs: number;
  /** Stars of five. */
  readonly reliability: number;
  readonly natTraversal: number;
  readonly offlineSupport: number;
  /** The way as connections name it. */
  readonly road: string;
  readonly options: HybridOptions;
}

const alone = { integrated: false, gun: false, peerjs: false } as const;

export const claims: readonly Claim[] = [
  {
    transport: "Integrated (WebRTC)",
    latencyMs: 50,
    reliability: 4,
    natTraversal: 4,
    offlineSupport: 2,
    road: "integrated/direct",
    options: { ...alone, integrated: { roads: ["direct"] } },
  },
  {
    transport: "Integrated (Gun)",
    latencyMs: 200,
    reliability: 5,
    natTraversal: 5,
    offlineSupport: 5,
    road: "integrated/relay",
    options: { ...alone, integrated: { roads: ["relay"] } },
  },
  {
    transport: "Gun Standalone",
    latencyMs: 200,
    reliability: 5,
    natTraversal: 5,
    offlineSupport: 5,
    road: "gun/relay",
    options: { ...alone, gun: {} },
  },
  {
    transport: "PeerJS",
    latencyMs: 100,
    reliability: 3,
    natTraversal: 3,
    offlineSupport: 1,
    road: "peerjs/direct",
    options: { ...alone, peerjs: {} },
  },
];

/** The row as the seed writes it. */
export function rowText({ transport, latencyMs, reliability, natTraversal, offlineSupport }: Claim): string {
  const stars = [reliability, natTraversal, offlineSupport].map((count) => "⭐".repeat(count));
  return `| ${[transport, `~${latencyMs}ms`, ...stars].join(" | ")} |`;
}
