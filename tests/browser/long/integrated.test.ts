import { once } from "node:events";
import { createSwarm, type PeerId, use } from "@swarm-space/core";
import integrated from "@swarm-space/transport-integrated";
import { Server } from "bittorrent-tracker";
import { describe, expect } from "vitest";
import * as z from "zod";
import type { IntegratedPageOptions } from "../pages/integrated-page.ts";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openRelay } from "../support/nodes.ts";

/** One side of a meeting, in a page or in this process. */
interface Side {
  readonly id: PeerId;
  peers(): Promise<readonly PeerId[]>;
  texts(): Promise<readonly string[]>;
  roads(): Promise<readonly string[]>;
  send(to: PeerId, text: string): Promise<string>;
}

async function openTracker(stage: Stage): Promise<string> {
  const server = new Server({ udp: false, http: true, ws: true, stats: false });
  server.on("warning", () => undefined);
  server.listen(0, "127.0.0.1");
  const { http } = server;
  if (http === null) throw new Error("the tracker has no server");
  await once(http, "listening");
  stage.onEnd(async () => {
    // It waits for the sockets of pages.
    await stage.browser.close();
    server.close();
    http.closeAllConnections();
  });
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("the tracker has no port");
  return `ws://127.0.0.1:${address.port}`;
}

async function inPage(stage: Stage, options: IntegratedPageOptions): Promise<Side> {
  const page = await stage.open("/tests/browser/pages/integrated.html");
  const id = await page.evaluate((o) => window.integrated.start(o), options);
  return {
    id,
    peers: () => page.evaluate(() => window.integrated.peers()),
    texts: () => page.evaluate(() => window.integrated.texts),
    roads: () => page.evaluate(() => window.integrated.roads),
    send: (to, text) => page.evaluate(([to, text]) => window.integrated.send(to, text), [to, text] as const),
  };
}

async function inNode(stage: Stage, { network, gunRelays, trackers, announce }: IntegratedPageOptions): Promise<Side> {
  const options = { gunRelays: [...gunRelays], trackers: [...trackers], presence: { announce } };
  const plugins = [use(integrated, { ...options, bindAddress: "127.0.0.1" })];
  const swarm = await createSwarm({ network, log: "silent", plugins });
  stage.onEnd(() => swarm.stop());
  const [texts, roads]: [string[], string[]] = [[], []];
  swarm.on("connection:open", ({ road }) => void roads.push(road));
  const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
  chat.onMessage(({ text }) => void texts.push(text));
  await swarm.start();
  return {
    id: swarm.id,
    peers: async () => swarm.peers().map(({ id }) => id),
    texts: async () => texts,
    roads: async () => roads,
    send: async (to, text) => (await chat.send(to, { text }, { ttlMs: 20_000 })).status,
  };
}

const sides = { page: inPage, node: inNode };

describe.each([
  ["tracker", "page", "node"],
  ["tracker", "page", "page"],
  ["presence", "page", "node"],
  ["presence", "page", "page"],
] as const)("by %s", (by, first, second) => {
  inChromium(`${first} and ${second} meet, talk, and open a data channel`, async (stage) => {
    const relay = await openRelay(stage);
    const trackers = by === "tracker" ? [await openTracker(stage)] : [];
    const options = { network: `integrated ${by}`, gunRelays: [relay.url], trackers, announce: by === "presence" };
    const [one, other] = [await sides[first](stage, options), await sides[second](stage, options)];
    await expect.poll(() => one.peers(), { timeout: 20_000 }).toEqual([other.id]);
    await expect.poll(() => other.peers(), { timeout: 20_000 }).toEqual([one.id]);
    expect(await one.send(other.id, "from the first")).toBe("confirmed");
    expect(await other.send(one.id, "from the second")).toBe("confirmed");
    expect([await one.texts(), await other.texts()]).toEqual([["from the second"], ["from the first"]]);
    for (const side of [one, other]) await expect.poll(() => side.roads(), { timeout: 10_000 }).toContain("direct");
    // Frames so large that their memory is given back once they are read: whoever looked at them besides would throw.
    const large = "x".repeat(200_000);
    expect([await one.send(other.id, large), await other.send(one.id, large)]).toEqual(["confirmed", "confirmed"]);
    expect(stage.complaints).toEqual([]);
  });
});
