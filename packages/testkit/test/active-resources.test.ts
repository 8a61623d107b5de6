import { createServer } from "node:net";
import { expect, test } from "vitest";
import { activeResources, canCountResources, leakedSince, resourcesSince } from "../src/index.ts";

test("a timer and a socket left behind are named, and gone when undone", async () => {
  expect(canCountResources()).toBe(true);
  const before = activeResources();
  const timer = setTimeout(() => undefined, 60_000);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const leaked = await leakedSince(before);
  expect([leaked.get("Timeout"), leaked.get("TCPServerWrap")]).toEqual([1, 1]);
  clearTimeout(timer);
  await new Promise((resolve) => server.close(resolve));
  expect(await leakedSince(before)).toEqual(new Map());
});

test("what has become less is no leak", () => {
  const now = new Map([
    ["Timeout", 2],
    ["Pipe", 1],
  ]);
  expect(resourcesSince(new Map([["Timeout", 3]]), now)).toEqual(new Map([["Pipe", 1]]));
});
