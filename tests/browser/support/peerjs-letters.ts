import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Stage } from "./in-chromium.ts";
import { numbered, openPeerServer, startNode } from "./nodes.ts";

const path = "/tests/browser/pages/node.html";

/** Who dials: the one that looks for others; the other is not told of anybody. */
export type Dials = "page" | "other";

/** So many letters each way at once; all are confirmed by PeerJS, and each came once and in order. */
export async function betweenPages(stage: Stage, count: number, dials: Dials): Promise<void> {
  const { url } = await openPeerServer(stage);
  const o = { peerServers: [url], network: "pages" };
  const [anna, bert] = [await stage.open(path), await stage.open(path)];
  const a = await anna.evaluate((o) => window.node.start(o), o);
  const b = await bert.evaluate((o) => window.node.start(o), o);
  const [dialler, dialled] = dials === "page" ? [anna, b] : [bert, a];
  await dialler.evaluate((to) => window.node.connect(to), dialled);
  // Who is dialled has the link a moment later, and would dial too for a letter before that.
  for (const each of [anna, bert]) await expect.poll(() => each.evaluate(() => window.node.peers())).toHaveLength(1);
  const sent = await Promise.all([sendMany(anna, b, "from anna", count), sendMany(bert, a, "from bert", count)]);
  for (const each of sent) expect(each).toEqual({ confirmed: count, failed: [], transports: ["peerjs"] });
  expect(await bert.evaluate(() => window.node.texts)).toEqual(numbered("from anna", count));
  expect(await anna.evaluate(() => window.node.texts)).toEqual(numbered("from bert", count));
  expect(await opened(anna)).toMatchObject([{ transport: "peerjs", road: "direct", inbound: dials !== "page" }]);
  expect(stage.complaints).toEqual([]);
}

/** As between pages; the other is a node of this process. */
export async function withNode(stage: Stage, count: number, dials: Dials): Promise<void> {
  const { url } = await openPeerServer(stage);
  const o = { peerServers: [url], network: "both" };
  const page = await stage.open(path);
  const a = await page.evaluate((o) => window.node.start(o), o);
  const node = await startNode(stage, o);
  if (dials === "page") await page.evaluate((to) => window.node.connect(to), node.id);
  else await node.swarm.connect(a);
  await expect.poll(() => page.evaluate(() => window.node.peers())).toHaveLength(1);
  await expect.poll(() => node.swarm.peers()).toHaveLength(1);
  const sent = await Promise.all([
    sendMany(page, node.id, "from the page", count),
    node.sendMany(a, "from Node", count),
  ]);
  for (const each of sent) expect(each).toEqual({ confirmed: count, failed: [], transports: ["peerjs"] });
  expect(node.texts).toEqual(numbered("from the page", count));
  expect(await page.evaluate(() => window.node.texts)).toEqual(numbered("from Node", count));
  expect(await opened(page)).toMatchObject([{ transport: "peerjs", road: "direct", inbound: dials !== "page" }]);
  expect(stage.complaints).toEqual([]);
}

function sendMany(page: Page, to: string, word: string, count: number) {
  return page.evaluate(({ to, word, count }) => window.node.sendMany(to, word, count), { to, word, count });
}

/** How the connections came that opened at a page's node. */
async function opened(page: Page): Promise<readonly unknown[]> {
  const events = await page.evaluate(() => window.node.events);
  return events.filter(({ name }) => name === "connection:open").map(({ detail }) => detail);
}

/** The addresses that a page shows as its own in signalling. */
export async function shownAddresses(stage: Stage): Promise<readonly string[]> {
  const page = await stage.open(path);
  return await page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    const shown: string[] = [];
    peer.createDataChannel("any");
    await peer.setLocalDescription();
    await new Promise<void>((resolve) => {
      peer.onicecandidate = ({ candidate }) => (candidate ? void shown.push(candidate.address ?? "") : resolve());
    });
    peer.close();
    return shown.filter((address) => address !== "");
  });
}
