import {
  createSwarm,
  definePlugin,
  type Mailbox,
  memoryStore,
  type PeerId,
  ports,
  type Swarm,
  use,
} from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

/** A keeper of letters in memory, shared by the nodes of a test. */
class Keeper {
  readonly letters = new Map<PeerId, Set<Uint8Array>>();
  readonly #waiters = new Set<() => void>();
  deposits = 0;

  plugin() {
    return definePlugin({
      id: "test/mailbox",
      api: 1,
      config: z.strictObject({}),
      provides: [ports.mailbox],
      setup: ({ self, provide }) => provide(ports.mailbox, this.#mailbox(self.id)),
    });
  }

  #mailbox(self: PeerId): Mailbox {
    return {
      id: "keeper",
      deposit: async (to, letter) => {
        this.deposits++;
        this.letters.set(to, (this.letters.get(to) ?? new Set()).add(letter));
        for (const wake of this.#waiters) wake();
      },
      collect: async (onLetter, { signal }) => {
        while (!signal.aborted) {
          for (const letter of this.letters.get(self) ?? []) {
            await onLetter(letter);
            this.letters.get(self)?.delete(letter);
          }
          await new Promise<void>((resolve) => {
            this.#waiters.add(resolve);
            signal.addEventListener("abort", () => resolve());
          });
        }
      },
    };
  }
}

const chat = { name: "chat", schema: z.object({ text: z.string() }) };

test("a letter for a peer that is away is sealed in a mailbox, delivered once, and answered", async () => {
  const network = new MemoryNetwork();
  const keeper = new Keeper();
  const node = () => createSwarm({ plugins: [use(memoryPlugin({ network })), use(keeper.plugin())] });
  await using alice = await node();
  await using bob: Swarm = await node();
  const heard: string[] = [];
  bob.channel(chat).onMessage(({ text }) => void heard.push(text));
  const toBob = alice.channel(chat);
  await Promise.all([alice.start(), bob.start()]);
  await toBob.send(bob.id, { text: "first" });
  await bob.stop();
  const receipt = await toBob.send(bob.id, { text: "canary while away" });
  expect(receipt).toMatchObject({ status: "relayed", transport: "keeper" });
  expect(alice.explain(bob.id)).toMatchObject({ connected: false, letterKey: true, waiting: { letters: 1 } });
  const [sealed] = keeper.letters.get(bob.id) ?? [];
  expect(new TextDecoder("latin1").decode(sealed)).not.toContain("canary");
  expect(sealed?.length).toBe(1024);
});

test("with a durable store a mailbox letter is delivered once after the receiver's restart, and the sender hears of it", async () => {
  const network = new MemoryNetwork();
  const keeper = new Keeper();
  const store = Object.assign(memoryStore(), { durable: true });
  const keep = definePlugin({
    id: "test/store",
    api: 1,
    config: z.strictObject({}),
    provides: [ports.store],
    setup: ({ provide }) => provide(ports.store, store),
  });
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network })), use(keeper.plugin())] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network })), use(keeper.plugin()), use(keep)] });
  const heard: string[] = [];
  bob.channel(chat).onMessage(({ text }) => void heard.push(text));
  const toBob = alice.channel(chat);
  await Promise.all([alice.start(), bob.start()]);
  await toBob.send(bob.id, { text: "first" });
  await bob.stop();
  expect((await toBob.send(bob.id, { text: "second" })).status).toBe("relayed");
  await bob.start();
  await expect.poll(() => alice.explain(bob.id).waiting.letters, { timeout: 10_000 }).toBe(0);
  await toBob.send(bob.id, { text: "third" });
  expect(heard.toSorted()).toEqual(["first", "second", "third"]);
});
