import { createSocket } from "node:dgram";
import { once } from "node:events";
import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { openStun, type StunServerOptions } from "../../src/stun/stun-server.ts";

const request = Uint8Array.from(Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex"));

/** A server and a client of it on loopback. `ask` sends packets and gives the answers to them, in the order they came. */
async function open(o: Partial<StunServerOptions> = {}) {
  const server = await openStun({ clock: systemClock(), port: 0, ...o });
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const answers: Uint8Array[] = [];
  socket.on("message", (answer) => answers.push(answer));
  return {
    server,
    socket,
    answers,
    send: (packet: Uint8Array) => socket.send(packet, server.port, "127.0.0.1"),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await server.close();
    },
  };
}

/** Resolves when as many packets were seen by the server. */
async function seen(server: Awaited<ReturnType<typeof openStun>>, count: number): Promise<void> {
  while (server.stats().answered + server.stats().dropped < count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("tells who asks its address; rubbish is dropped", async () => {
  await using lab = await open();
  expect(lab.server.url).toBe(`stun:127.0.0.1:${lab.server.port}`);
  for (const packet of [Buffer.from("hello"), Buffer.alloc(0), request.subarray(0, 19)]) lab.send(packet);
  lab.send(request);
  const [answer] = await once(lab.socket, "message");
  expect(answer.readUInt16BE(26) ^ 0x2112).toBe(lab.socket.address().port);
  expect([...answer.subarray(28, 32)].map((byte, at) => byte ^ (request[4 + at] ?? 0))).toEqual([127, 0, 0, 1]);
  expect(lab.server.stats()).toEqual({ answered: 1, dropped: 3 });
});

test("answers a source as often as its rate allows; ablation: with a rate without end, each time", async () => {
  for (const [rate, answered] of [
    [{ perSecond: 0.001, burst: 5 }, 6],
    [{ perSecond: 1e9, burst: 1e9 }, 40],
  ] as const) {
    await using lab = await open({ rate });
    for (let at = 0; at < 40; at += 1) lab.send(request);
    await seen(lab.server, 40);
    expect(lab.server.stats()).toEqual({ answered, dropped: 40 - answered });
  }
});

test("answers everybody together as often as that rate allows", async () => {
  await using lab = await open({ rate: { perSecond: 1e9, burst: 1e9 }, rateOfAll: { perSecond: 0.001, burst: 3 } });
  for (let at = 0; at < 20; at += 1) lab.send(request);
  await seen(lab.server, 20);
  expect(lab.server.stats().answered).toBe(4);
});

test("a port that is taken rejects; 100 times open and closed leave nothing; twice is harmless", async () => {
  await using lab = await open();
  await expect(openStun({ clock: systemClock(), port: lab.server.port })).rejects.toThrow(/EADDRINUSE/);
  const before = activeResources();
  for (let at = 0; at < 100; at += 1) {
    const server = await openStun({ clock: systemClock(), port: 0 });
    await Promise.all([server.close(), server.close()]);
  }
  expect(await leakedSince(before)).toEqual(new Map());
});
