import type { Identity } from "@swarm-space/core";
import { createGunClient, type GunClient, type GunItem } from "@swarm-space/gun-driver";
import { dialNode, type GunRelay } from "@swarm-space/gun-driver/relay";
import { encodePacket, fromBase64, inboxSoul, toBase64 } from "@swarm-space/gun-driver/road";
import { expect } from "vitest";
import { clock, random } from "../../../tests/support/transport-ends.ts";
import { encodeKnock, type Knock, knockBytes, knockDomain } from "../src/signalling/knock.ts";
import { allSignalSafeguards, type SignalSafeguards } from "../src/signalling/safeguards.ts";
import { type CutEngine, cutEngine } from "./cut-engine.ts";
import { kernelSuite, makeNode, type Node, relay } from "./nodes.ts";

/** Two nodes, a relay, and somebody who hears and writes all that is put in their inboxes. */
export class SignalStage {
  readonly a: Node;
  readonly b: Node;
  /** Engines of both. */
  readonly engineOfA: CutEngine;
  readonly engine: CutEngine;
  readonly heard: GunItem[] = [];
  readonly #server: GunRelay;
  readonly #strangers: GunClient[] = [];
  #ear: GunClient | undefined;

  private constructor(server: GunRelay, [a, engineOfA]: [Node, CutEngine], [b, engine]: [Node, CutEngine]) {
    this.#server = server;
    this.a = a;
    this.b = b;
    this.engineOfA = engineOfA;
    this.engine = engine;
  }

  /** @param off guards of both nodes that are switched off */
  static async open(off: Partial<SignalSafeguards> = {}): Promise<SignalStage> {
    const server = await relay();
    const node = async (): Promise<[Node, CutEngine]> => {
      const engine = cutEngine();
      const safeguards = { ...allSignalSafeguards, ...off };
      const made = await makeNode({ gunRelays: [server.url] }, { openEngine: engine.open, safeguards });
      await made.open();
      return [made, engine];
    };
    const staged = new SignalStage(server, await node(), await node());
    const ear = await staged.stranger();
    staged.#ear = ear;
    for (const each of [staged.a, staged.b]) ear.subscribe(soulOf(each), (item) => staged.heard.push(item));
    return staged;
  }

  get ear(): GunClient {
    if (this.#ear === undefined) throw new Error("it is open");
    return this.#ear;
  }

  /** Somebody at the relay. */
  async stranger(): Promise<GunClient> {
    const client = await strangerAt(this.#server.url);
    this.#strangers.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#strangers.map((client) => client.close()));
    await Promise.all([this.a.close(), this.b.close()]);
    await this.#server.close();
  }
}

/** Somebody at a relay, who is nobody's peer; its caller closes it. */
export async function strangerAt(url: string): Promise<GunClient> {
  const client = createGunClient({ relays: [url], clock, random, dial: dialNode });
  const up = new Promise<void>((resolve) => client.onRelay((status) => status.up && resolve()));
  client.open();
  await up;
  return client;
}

export function soulOf(node: Node): string {
  return inboxSoul(node.transport.addresses()[0]?.value ?? "");
}

export const isSignal = ({ value }: GunItem) => value !== null && ((fromBase64(value)?.[0] ?? 0) & 15) === 6;

/** Puts a value in a node's inbox, as anybody at the relay may. */
export function put(client: GunClient, node: Node, value: string): void {
  putAt(client, soulOf(node), value);
}

export function putAt(client: GunClient, soul: string, value: string): void {
  const [url = ""] = client.relays().map((each) => each.url);
  const key = Buffer.from(random.bytes(9)).toString("base64url");
  expect(client.put(url, soul, [{ key, value, state: 1 }])).toBe(true);
}

/** A knock of anybody's, altered before it is signed or after. */
export function knockAt(node: Node, from: Identity, altered: Partial<Knock> = {}, network = "test"): Promise<string> {
  return knockFor({ id: node.id, soul: soulOf(node), network }, from, altered);
}

/** A knock of anybody's, signed for a peer, a place and a network. @param key of this meeting alone */
export async function knockFor(
  { id: to, soul, network }: { readonly id: string; readonly soul: string; readonly network: string },
  from: Identity,
  altered: Partial<Knock> = {},
  id = "K".repeat(12),
): Promise<string> {
  const suite = await kernelSuite();
  const knock: Knock = {
    from: from.id,
    key: suite.keyPair().publicKey,
    expiresAt: Math.round(clock.wall() + 3_000),
    inbox: "I".repeat(24),
    ...altered,
  };
  const signature = await from.sign(knockDomain, knockBytes({ network, id, to }, knock, soul));
  return toBase64(encodePacket({ kind: "signal", to: id, body: encodeKnock(knock, true, signature) }));
}
