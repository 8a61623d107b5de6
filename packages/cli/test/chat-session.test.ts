import { createSwarm, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chatMessage } from "../src/chat/chat-message.ts";
import { ChatSession } from "../src/chat/chat-session.ts";
import { Roster } from "../src/chat/roster.ts";
import { printable } from "../src/printable.ts";

const ids = ["a", "b", "c"].map((letter) => letter.repeat(52)) as [string, string, string];

describe("Roster", () => {
  test("tells two of one name apart, and finds by name or by the beginning of an id", () => {
    const roster = new Roster();
    for (const id of ids) roster.setName(id, id === ids[2] ? "carl" : "anna");
    expect(ids.map((id) => roster.nameOf(id))).toEqual(["anna (aaaaaaaa)", "anna (bbbbbbbb)", "carl"]);
    expect(roster.find("anna")).toEqual([ids[0], ids[1]]);
    expect(roster.find("anna (bbbbbbbb)")).toEqual([ids[1]]);
    expect(roster.find("ccc")).toEqual([ids[2]]);
    expect(roster.find("")).toEqual([]);
    expect(roster.setName(ids[0], "anna")).toBe(false);
  });

  test("has room for 256, and no more", () => {
    const roster = new Roster();
    for (let count = 0; count < 300; count++) roster.add(`peer-${count}`);
    expect(roster.peers).toHaveLength(256);
    expect(roster.setName("peer-299", "late")).toBe(false);
  });
});

describe("printable", () => {
  test("leaves nothing that moves a cursor or turns the direction of writing", () => {
    expect(printable("a\u001b[2Jb\r\nc\u202ed\u2028e\u0007")).toBe("a·[2Jb··c·d·e·");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(printable(text, 10).length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe("ChatSession", () => {
  interface Desk {
    readonly swarm: Swarm;
    readonly session: ChatSession;
    readonly said: string[];
    /** Resolves with the first line that fits. */
    line(pattern: RegExp): Promise<string>;
  }

  async function openDesk(network: MemoryNetwork, name: string): Promise<Desk> {
    const swarm = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
    const said: string[] = [];
    const watchers = new Set<() => void>();
    const say = (line: string) => {
      said.push(line);
      for (const watch of [...watchers]) watch();
    };
    const line = (pattern: RegExp) =>
      new Promise<string>((resolve) => {
        const look = () => {
          const found = said.find((each) => pattern.test(each));
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    return { swarm, session: new ChatSession(swarm, { name, ttlMs: 5_000, say }), said, line };
  }

  test("a peer that does not chat is not written to", async () => {
    const network = new MemoryNetwork();
    const anna = await openDesk(network, "anna");
    await using one = anna.swarm;
    await using other = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
    const left = new Promise<void>((resolve) => {
      other.on("message:rejected", () => resolve());
    });
    await Promise.all([one.start(), other.start()]);
    await one.connect(other.id);
    await left;
    const bert = await openDesk(network, "bert");
    await using two = bert.swarm;
    await two.start();
    await anna.line(/^\* bert is here/);
    anna.session.write("hello");
    expect(anna.said).toContain("#1 … sending to bert");
    await anna.session.settle();
    expect(bert.said).toContain("anna: hello");
    expect(anna.session.unconfirmed).toBe(0);
  });

  test("hostile names and lines reach the screen without their control characters", async () => {
    const network = new MemoryNetwork();
    const anna = await openDesk(network, "anna");
    await using one = anna.swarm;
    await using other = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
    const lane = other.channel({ name: "chat", schema: chatMessage });
    lane.onMessage(() => undefined);
    await Promise.all([one.start(), other.start()]);
    await lane.send(one.id, { kind: "name", name: "\u001b[31mroot" });
    await lane.send(one.id, { kind: "line", text: "line\n#9 ✓ confirmed by all" });
    await lane.send(one.id, { kind: "bye" });
    expect(anna.said).toEqual([
      `* ·[31mroot is here: ${other.id}`,
      "·[31mroot: line·#9 ✓ confirmed by all",
      "* ·[31mroot has left",
    ]);
  });
});
