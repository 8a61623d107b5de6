import { VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { createGunClient, type Dial, type GunClient } from "../src/index.ts";
import { random } from "./clock.ts";

interface Line {
  open(): void;
  say(text: string): void;
  fail(): void;
  readonly sent: string[];
  ended: boolean;
}

/** A client whose sockets open, speak and fail when they are told. */
function stage() {
  const clock = new VirtualClock();
  const lines: Line[] = [];
  const dial: Dial = (_url, events) => {
    const line: Line = {
      open: () => events.onOpen(),
      say: (text) => events.onText(text),
      fail: () => events.onClose("refused"),
      sent: [],
      ended: false,
    };
    lines.push(line);
    const end = () => {
      line.ended = true;
    };
    const send = (text: string) => void line.sent.push(text);
    return { bufferedBytes: 0, send, close: end, abort: end, gone: Promise.resolve() };
  };
  const client = createGunClient({ relays: [url], clock, random, dial });
  client.open();
  const line = (at: number): Line => {
    const found = lines[at];
    if (!found) throw new Error(`no socket ${at}`);
    return found;
  };
  line(0).open();
  const ups: boolean[] = [];
  client.onRelay(({ up }) => void ups.push(up));
  return { clock, client, lines, line, ups };
}

const url = "ws://127.0.0.1:1/gun";
const sign = '{"#":"a-sign-of-life","dam":"!"}';
const asked = ({ sent }: Line) => sent.filter((text) => text.includes('"dam":"?"')).length;

async function put(client: GunClient): Promise<void> {
  client.put(url, "soul", [{ key: "key", value: "value", state: 1 }]);
  await Promise.resolve();
}

test("a link that says nothing to what was said is asked after 300 ms, and another socket takes its place 700 ms later", async () => {
  const { clock, client, lines, line, ups } = stage();
  await put(client);
  await clock.advance(299);
  expect(asked(line(0))).toBe(0);
  await clock.advance(1);
  expect(asked(line(0))).toBe(1);
  await clock.advance(699);
  expect(lines).toHaveLength(1);
  await clock.advance(1);
  expect(lines).toHaveLength(2);
  expect([client.isUp(url), line(0).ended]).toEqual([true, false]);
  line(1).open();
  expect([client.isUp(url), line(0).ended, line(1).ended]).toEqual([true, true, false]);
  expect(ups).toEqual([false, true]);
  await put(client);
  expect(line(1).sent.some((text) => text.includes("value"))).toBe(true);
  // The other one speaks too late, and closes.
  line(0).say(sign);
  line(0).fail();
  expect(client.isUp(url)).toBe(true);
  await client.close();
  expect(clock.pending).toBe(0);
});

test("who is idle is not asked, and who answers is left alone", async () => {
  const { clock, client, lines, line } = stage();
  await clock.advance(9_000);
  expect(asked(line(0))).toBe(0);
  for (let round = 0; round < 20; round += 1) {
    await put(client);
    await clock.advance(200);
    line(0).say(sign);
    await clock.advance(200);
  }
  expect(asked(line(0))).toBe(0);
  await put(client);
  await clock.advance(900);
  expect(asked(line(0))).toBe(1);
  line(0).say(sign);
  await clock.advance(5_000);
  expect(lines).toHaveLength(1);
  await client.close();
});

test("the first that speaks is kept: a slow relay keeps its link, and is given twice as long the next time", async () => {
  const { clock, client, lines, line } = stage();
  const waits: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const before = lines.length;
    const from = clock.now();
    await put(client);
    await clock.runUntil(() => lines.length > before, 20_000);
    waits.push(Math.round(clock.now() - from - 300));
    line(0).say(sign);
    expect([client.isUp(url), line(0).ended, lines.at(-1)?.ended]).toEqual([true, false, true]);
    lines.at(-1)?.open();
    expect(line(0).ended).toBe(false);
  }
  expect(waits).toEqual([700, 1_400, 2_800, 5_600, 8_000, 8_000]);
  // It is quick again for a while.
  await clock.advance(8_000);
  line(0).say(sign);
  await clock.advance(3_000);
  const before = lines.length;
  await put(client);
  await clock.advance(1_000);
  expect(lines).toHaveLength(before + 1);
  await client.close();
});

test("a second socket that does not open, or fails, gives way to a third; all end with the link", async () => {
  const { clock, client, lines, line, ups } = stage();
  await put(client);
  await clock.advance(1_000);
  line(1).fail();
  expect(client.isUp(url)).toBe(true);
  await clock.advance(1_500);
  expect(lines).toHaveLength(3);
  await clock.advance(3_000);
  expect([lines.length, line(2).ended]).toEqual([4, true]);
  // The link itself is told to be dead: dialled again as ever.
  line(0).fail();
  expect([client.isUp(url), line(3).ended, ups]).toEqual([false, true, [false]]);
  await client.close();
  expect(clock.pending).toBe(0);
});

test("after a sleep, or on another network, it is asked at once, and 300 ms later another socket is tried", async () => {
  const { clock, client, lines, line } = stage();
  client.woke();
  expect(asked(line(0))).toBe(1);
  await clock.advance(299);
  expect(lines).toHaveLength(1);
  await clock.advance(1);
  expect(lines).toHaveLength(2);
  // Whatever else wakes it meanwhile makes no third one.
  client.woke();
  await clock.advance(600);
  expect(lines).toHaveLength(2);
  line(1).open();
  expect([client.isUp(url), line(0).ended, line(1).ended]).toEqual([true, true, false]);
  await client.close();
  expect(clock.pending).toBe(0);
});

test("one that answers on waking is left alone", async () => {
  const { clock, client, lines, line } = stage();
  client.woke();
  await clock.advance(200);
  line(0).say(sign);
  await clock.advance(5_000);
  expect([lines.length, client.isUp(url)]).toEqual([1, true]);
  await client.close();
});
