import { afterEach, expect, test } from "vitest";
import type { InfraOptions } from "../src/infra-command.ts";
import { openServices } from "../src/infra-services.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const wanted: InfraOptions = {
  ...{ host: "127.0.0.1", port: 0, peer: [], dhtJoin: [], mail: 1, everyMs: 60_000 },
  ...{ peerServer: true, stun: true, tracker: true, dht: true, health: true },
};

async function open() {
  const services = await openServices({ folder: "." }, wanted);
  undo.push(() => services.close());
  const url = services.health?.url ?? "";
  const asked = async () => {
    const [page, words] = [await fetch(`${url}health`), await (await fetch(url)).text()];
    const { isWell, services: rows }: { isWell: boolean; services: { name: string; isUp: boolean }[] } =
      await page.json();
    const down = rows.flatMap(({ name, isUp }) => (isUp ? [] : [name]));
    return { status: page.status, isWell, down, words };
  };
  return { services, url, asked };
}

test.each([
  ["Gun relay", "relay"],
  ["PeerServer", "peerServer"],
  ["STUN", "stun"],
  ["tracker", "tracker"],
  ["DHT node", "dht"],
] as const)("the page of health says that the %s is down once it is, and that all is not well", async (name, key) => {
  const { services, asked } = await open();
  expect(await asked()).toMatchObject({ status: 200, isWell: true, down: [] });
  await services[key]?.close();
  const { words, ...told } = await asked();
  expect(told).toEqual({ status: 503, isWell: false, down: [name] });
  expect(words).toContain(`<td>${name}</td><td><strong>down</strong></td>`);
});

test("it is asked by GET and HEAD alone, and has two pages", async () => {
  const { url } = await open();
  const ask = async (path: string, method: string) => (await fetch(`${url}${path}`, { method })).status;
  expect([await ask("health", "HEAD"), await ask("health", "POST"), await ask("stats", "GET")]).toEqual([
    200, 405, 404,
  ]);
});
