import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSwarm, ports, type Replacement, replaceRoom, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { heard } from "../../../tests/acceptance/stage.ts";
import { FaultyDisk } from "./support/faulty-disk.ts";

const command = fileURLToPath(new URL("../../cli/bin/swarm-space.mjs", import.meta.url));

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarm-full-disk-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store on a real disk that says it is full when told to. */
async function onDisk(): Promise<{ readonly disk: FaultyDisk; readonly replace: readonly Replacement[] }> {
  const disk = new FaultyDisk();
  const path = join(await folderForTest(), "store");
  return {
    disk,
    replace: [replaceRoom(ports.store, (c) => disk.store(path, c.get(ports.clock), c.get(ports.events)))],
  };
}

const chat = { name: "chat", schema: z.string() };
const full = { code: "STORE_FULL", cure: expect.stringMatching(/Make room on the disk/) };

describe("a full disk", () => {
  test("refuses a letter to a peer that is away with STORE_FULL, says so, and the node runs on", async () => {
    const { disk, replace } = await onDisk();
    await using swarm = await createSwarm({ log: "silent", replace });
    const failed = heard(swarm, "store:failed");
    const channel = swarm.channel(chat);
    await swarm.start();
    const peer = "a".repeat(52);
    disk.full = true;
    await expect(channel.send(peer, "one")).rejects.toMatchObject(full);
    expect(failed[0]?.code).toBe("STORE_FULL");
    expect(swarm.state).toBe("started");
    disk.full = false;
    const later = channel.send(peer, "two");
    later.catch(() => undefined);
    await expect(Promise.race([later, new Promise((done) => setTimeout(done, 100, "waits"))])).resolves.toBe("waits");
  });

  describe("of the receiver", () => {
    async function pair(): Promise<{ alice: Swarm; bob: Swarm; disk: FaultyDisk }> {
      const network = new MemoryNetwork();
      const { disk, replace } = await onDisk();
      const plugins = [use(memoryPlugin({ network }))];
      const alice = await createSwarm({ log: "silent", plugins });
      const bob = await createSwarm({ log: "silent", plugins, replace });
      onTestFinished(() => alice.stop());
      onTestFinished(() => bob.stop());
      return { alice, bob, disk };
    }

    test("tells the sender STORE_FULL where the letter could not be marked as begun: no handler runs", async () => {
      const { alice, bob, disk } = await pair();
      const letters: string[] = [];
      bob.channel(chat).onMessage((text) => void letters.push(text));
      const channel = alice.channel(chat);
      await bob.start();
      await alice.start();
      await channel.send(bob.id, "before");
      disk.full = true;
      await expect(channel.send(bob.id, "full")).rejects.toMatchObject(full);
      disk.full = false;
      await channel.send(bob.id, "after");
      expect(letters).toEqual(["before", "after"]);
    });

    test("tells the sender STORE_FULL where what the handler wrote is not there", async () => {
      const { alice, bob, disk } = await pair();
      const failed = heard(bob, "store:failed");
      const effects = bob.get(ports.store).namespace("effects");
      bob.channel(chat).onMessage(async (text, _, { write }) => {
        if (text === "full") disk.full = true;
        write([{ type: "put", namespace: "effects", key: text, value: new Uint8Array(1) }]);
      });
      const channel = alice.channel(chat);
      await bob.start();
      await alice.start();
      await channel.send(bob.id, "before");
      await expect(channel.send(bob.id, "full")).rejects.toMatchObject(full);
      expect(failed[0]?.code).toBe("STORE_FULL");
      disk.full = false;
      await channel.send(bob.id, "after");
      expect(await Promise.all(["before", "full", "after"].map((key) => effects.get(key)))).toEqual([
        new Uint8Array(1),
        undefined,
        new Uint8Array(1),
      ]);
    });
  });
});

/** A file system of our own needs user namespaces, which containers may forbid; the disk that fails by command stands for it above. */
const canMount = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

if (canMount)
  test.each([
    ["its key file", { identity: { file: "./disk/identity.key" }, plugins: [] }],
    ["its store", { plugins: [{ use: "@swarm-space/store-level", with: { path: "./disk/store" } }] }],
  ])(
    "a disk that is really full: a start that finds no room for %s ends with STORE_FULL",
    { timeout: 30_000 },
    async (_, rest) => {
      const folder = await folderForTest();
      await writeFile(join(folder, "swarm.config.json"), JSON.stringify({ network: "full-disk-test", ...rest }));
      const script = `mkdir disk && mount -t tmpfs -o size=64k none disk && head -c 1000000 /dev/zero > disk/ballast; exec "$@"`;
      const words = ["-Urm", "sh", "-c", script, "sh", process.execPath, command, "start"];
      const { status, stderr } = spawnSync("unshare", words, {
        cwd: folder,
        encoding: "utf8",
        input: "",
        timeout: 25_000,
      });
      expect(stderr).toMatch(/^STORE_FULL: /m);
      expect(stderr).toMatch(/cure: Make room on the disk/);
      expect(status).toBe(1);
    },
  );
