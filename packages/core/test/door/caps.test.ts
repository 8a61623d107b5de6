import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { AddressBook } from "../../src/connecting/address-book.ts";
import { defaultGuard } from "../../src/connecting/default-guard.ts";
import { Pursuit } from "../../src/connecting/pursuit.ts";
import { caps } from "../../src/door/caps.ts";
import { Assemblies } from "../../src/messaging/assemblies.ts";
import { ChannelBook } from "../../src/messaging/channel-book.ts";
import { Dispatcher } from "../../src/messaging/dispatcher.ts";
import { itemKind, type PieceItem } from "../../src/messaging/frame.ts";
import { forgetfulSeen } from "../../src/messaging/journal/seen-journal.ts";
import { Ledger } from "../../src/messaging/ledger.ts";
import {
  maxAssemblies,
  maxAssemblyBytes,
  maxControlItems,
  maxNodeQueuedBytes,
  maxQueuedBytes,
  windowLetters,
} from "../../src/messaging/limits.ts";
import { OrderDesk } from "../../src/messaging/order-desk.ts";
import { PieceDesk } from "../../src/messaging/piece-desk.ts";
import { ReceiveWindow } from "../../src/messaging/receive-window.ts";
import { Session } from "../../src/messaging/session.ts";
import type { Connection } from "../../src/ports/transport.ts";
import { recentKeyVerdicts } from "../../src/security/ed25519-strict.ts";
import { FrameTap } from "../../src/security/frame-tap.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";
import { containersOf, keptContainers } from "./kept-containers.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));
const nameOf = ({ file, name }: { readonly file: string; readonly name: string }) => `${file} ${name}`;

describe("the registry of caps", () => {
  test("lists every container that is kept, and none that is not there", () => {
    expect(caps.map(nameOf).sort()).toEqual(keptContainers(source).map(nameOf).sort());
  });

  test("would notice a new one", () => {
    const classes =
      "class Room { readonly #all = new Map(); #list: string[] = []; run() { const brief = new Map(); return brief; } }";
    expect(containersOf("a.ts", classes).map(({ name }) => name)).toEqual(["#all", "#list"]);
    const factory = "function room() { const all = new Set(); return { add: (x) => all.add(x) }; }";
    expect(containersOf("a.ts", factory).map(({ name }) => name)).toEqual(["all"]);
    const brief = "function sum(list) { const all = new Set(list); return all.size; }";
    expect(containersOf("a.ts", brief)).toEqual([]);
  });

  test.each(caps.filter(({ constant }) => constant !== undefined))("$file $name: as $constant says", (each) => {
    const text = readFileSync(`${source}/${each.file}`, "utf8");
    const value = new RegExp(`const ${each.constant} = ([\\d_]+);`).exec(text)?.[1];
    expect(Number(value?.replaceAll("_", ""))).toBe(each.most);
  });

  test("each entry says what goes when it is full", () => {
    for (const { holds, most, eviction } of caps) {
      expect(holds.length * eviction.length).toBeGreaterThan(0);
      expect(typeof most === "string" ? most.length : most).toBeGreaterThan(0);
    }
  });
});

const piece = (seq: number, bytes: Uint8Array): PieceItem => [2, seq, "a", 0, 1, bytes, 0, 0, 0, 0, 16_777_216];

describe("caps hold", () => {
  test("half letters: in number, and in bytes with what each piece takes", () => {
    const assemblies = new Assemblies();
    let lost = 0;
    for (let seq = 1; seq <= 4 * maxAssemblies; seq++) {
      assemblies.add(piece(seq, new Uint8Array(1)), 1e9);
      lost += assemblies.takeLost();
    }
    expect(assemblies.bytes).toBe(maxAssemblies * 161);
    expect(lost).toBe(3 * maxAssemblies * 161);
    for (let seq = 5_000; seq < 5_100; seq++) assemblies.add(piece(seq, new Uint8Array(1_048_576)), 1e9);
    expect(assemblies.bytes).toBeLessThanOrEqual(maxAssemblyBytes);
  });

  test("a claimed total alone takes no room", () => {
    const before = process.memoryUsage().heapUsed;
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= maxAssemblies; seq++) assemblies.add(piece(seq, new Uint8Array(1)), 1e9);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1_048_576);
    expect(assemblies.bytes).toBeGreaterThan(0);
  });

  test("what is here of a large letter is told once a turn, however often it is asked for", () => {
    const session = new Session("peer", { epoch: 1, nonce: "0".repeat(16) }, "1", new ReceiveWindow());
    const desk = new PieceDesk({ clock: new HandClock(), events: new EventEmitter(), maxLetterBytes: 1e9 });
    session.assemblies.add(piece(7, new Uint8Array(10)), 1e9);
    const half = session.assemblies.find(7);
    if (half === undefined) throw new Error("it is half here");
    for (let i = 0; i < 10_000; i++) desk.answer(session, 7, half);
    expect(session.takeControl()).toEqual([[itemKind.held, 7, [0, 10], 1]]);
    expect(session.hasControl).toBe(false);
  });

  test("acknowledgements for a peer that does not read", () => {
    const session = new Session("peer", { epoch: 1, nonce: "0".repeat(16) }, "1", new ReceiveWindow());
    for (let i = 0; i < 2 * maxControlItems; i++) {
      session.control([9, i]);
      session.acknowledgeFailed([5, i, "CHANNEL_UNKNOWN", ""]);
      session.acknowledgeAccepted(2 * i);
      session.acknowledgeHandled(2 * i + 1);
    }
    const items = session.takeControl();
    expect(items.filter(([kind]) => kind === 9 || kind === 5)).toHaveLength(maxControlItems);
    const named = items.flatMap((item) => (item[0] === 3 || item[0] === 4 ? item[1] : []));
    expect(named.length / 2).toBeLessThanOrEqual(2 * maxControlItems);
  });

  test("letters that wait for handlers: per peer, and of all peers", () => {
    const dispatcher = new Dispatcher(new EventEmitter());
    const book = new ChannelBook();
    const channel = book.open("slow", z.any(), { ordered: false, response: undefined });
    book.addHandler(channel, () => new Promise<void>(() => {}));
    const bytes = 1_048_576;
    const offer = (from: string) =>
      dispatcher.offer({
        from,
        channel: "slow",
        handlers: channel.handlers,
        message: 0,
        bytes,
        redelivered: false,
        transport: "memory",
        done: () => {},
        dropped: () => {},
      });
    const taken = (from: string) => {
      let count = 0;
      while (count < 10_000 && offer(from)) count++;
      return count;
    };
    expect(taken("a")).toBeLessThanOrEqual(256 + maxQueuedBytes / bytes);
    let all = 0;
    for (let i = 0; i < 8; i++) {
      taken(`peer ${i}`);
      all += dispatcher.queued(`peer ${i}`) * bytes;
    }
    expect(all).toBeLessThanOrEqual(maxNodeQueuedBytes);
    dispatcher.clear();
    expect(offer("z")).toBe(true);
  });

  test("frames before a handshake is done: in number and in bytes", () => {
    const taps = [new Uint8Array(65_536), new Uint8Array(1)].map((frame) => {
      let take: ((frame: Uint8Array) => void) | undefined;
      let closed = 0;
      const connection: Connection = {
        transport: "tap",
        road: "direct",
        capabilities: { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 },
        remote: "nobody",
        bufferedBytes: 0,
        send: () => true,
        drained: async () => {},
        closed: new Promise(() => {}),
        read: (onFrame: (frame: Uint8Array) => void) => {
          take = onFrame;
        },
        close: async () => void closed++,
      };
      void new FrameTap(connection);
      let kept = 0;
      while (closed === 0 && kept < 1_000) {
        take?.(frame);
        kept++;
      }
      return kept - 1;
    });
    expect(taps).toEqual([4, 64]);
  });

  test("windows, failures, lanes, addresses, pauses, tries, verdicts", () => {
    const clock = new HandClock();
    const ledger = new Ledger(16, forgetfulSeen(), clock);
    for (let i = 0; i < 100; i++) ledger.window(`peer ${i}`, "1");
    expect(ledger.peers).toBe(16);

    const window = new ReceiveWindow();
    for (let seq = 1; seq < 3 * windowLetters; seq++) window.fail(seq, { code: "X", text: "" });
    expect(window.failure(windowLetters)).toBeDefined();
    expect(window.failure(windowLetters + 1)).toBeUndefined();

    const desk = new OrderDesk();
    for (let i = 0; i < 5_000; i++) desk.turn("peer", "1", `channel ${i}`, 1, 1);
    expect(desk.turn("peer", "1", "channel 4999", 1, 1)).toBe("late");
    expect(desk.turn("peer", "1", "channel 0", 1, 1)).toBe("now");

    const book = new AddressBook(clock, "self", 32);
    for (let i = 0; i < 500; i++) {
      book.note({ peer: `peer ${i}`, addresses: [{ transport: "t", value: "v" }], source: "s" });
      book.note({ peer: "many", addresses: [{ transport: "t", value: `v${i}` }], source: "s" });
    }
    expect(book.fresh()).toHaveLength(32);
    expect(book.target("many").addresses).toHaveLength(16);

    const guard = defaultGuard(clock);
    const way = (i: number) => ({ peer: `peer ${i}`, transport: "t", road: "r", connected: false });
    for (let i = 0; i <= 10_000; i++) guard.record({ kind: "refused", way: way(i) });
    expect(guard.peek?.(way(0))).toBeUndefined();
    expect(guard.peek?.(way(10_000))).toBeDefined();

    const pursuit = new Pursuit("peer", { addresses: [] });
    for (let i = 0; i < 100; i++) pursuit.note(`way ${i}`, { way: way(i), kind: "absent", at: 0 });
    expect(pursuit.tries.size).toBe(32);
    expect(pursuit.absentUntil("way 0")).toBe(0);

    const verdicts = recentKeyVerdicts(8);
    for (let i = 0; i < 100; i++) verdicts.set(`key ${i}`, true);
    expect([verdicts.get("key 91"), verdicts.get("key 92")]).toEqual([undefined, true]);
  });
});
