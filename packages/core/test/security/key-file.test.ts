import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIdentityFile, loadIdentityFile, openIdentityFile } from "../../src/node/key-file.ts";
import { readKeyFileText, writeKeyFileText } from "../../src/node/key-file-text.ts";
import { identityFromSecret, verifySignature } from "../../src/security/identity.ts";

let folder = "";
const freshPath = (): string => join(folder, randomUUID());
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-key-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const secret = Uint8Array.from({ length: 32 }, (_, at) => 7 * at + 1);
const peer = identityFromSecret(secret).id;
const good = writeKeyFileText({ peer, secret });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value ?? "absent",
    (error: { code?: string }) => error.code,
  );

async function withText(text: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = freshPath();
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe("key file", () => {
  test("is made with mode 0600 and gives the same identity again; nothing else is left in the folder", async () => {
    const path = join(folder, "new", "identity.key");
    const made = await openIdentityFile(path);
    const again = await openIdentityFile(path);
    expect(again.id).toBe(made.id);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "new"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, "new"))).toEqual(["identity.key"]);
    const bytes = Uint8Array.of(1, 2);
    expect(verifySignature(made.id, "test", bytes, await again.sign("test", bytes))).toBe(true);
    expect((await openIdentityFile(freshPath())).id).not.toBe(made.id);
  });

  test("many at once get one identity", async () => {
    const path = freshPath();
    const ids = await Promise.all(Array.from({ length: 12 }, async () => (await openIdentityFile(path)).id));
    expect(new Set(ids).size).toBe(1);
    expect(await createIdentityFile(path)).toBe(false);
    expect((await loadIdentityFile(path))?.id).toBe(ids[0]);
  });

  test("is absent: nothing is made by looking", async () => {
    const path = freshPath();
    expect(await loadIdentityFile(path)).toBeUndefined();
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("truncated at any byte: IDENTITY_FILE_CORRUPT, and the file is left as it is", async () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(() => readKeyFileText(good.slice(0, length), "a.key")).toThrow(
        expect.objectContaining({ code: "IDENTITY_FILE_CORRUPT" }),
      );
    }
    const path = await withText(good.slice(0, 60));
    expect(await codeOf(openIdentityFile(path))).toBe("IDENTITY_FILE_CORRUPT");
    expect(await readFile(path, "utf8")).toBe(good.slice(0, 60));
  });

  test("any letter changed: refused, and the secret stands in no error", () => {
    for (let at = 0; at < good.length; at += 1) {
      const altered = `${good.slice(0, at)}${good[at] === "b" ? "c" : "b"}${good.slice(at + 1)}`;
      try {
        readKeyFileText(altered, "a.key");
        expect.fail(`accepted with a change at ${at}`);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^IDENTITY_FILE_(CORRUPT|VERSION)$/) });
        expect(String(error)).not.toContain(good.split("\n")[2]?.slice(10, 30) ?? "");
      }
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `swarm-space-identity/1\n${text}`),
        ),
        (text) => {
          expect(() => readKeyFileText(text, "a.key")).toThrow(
            expect.objectContaining({ code: "IDENTITY_FILE_CORRUPT" }),
          );
        },
      ),
    );
  });

  test("readable or writable by others: IDENTITY_FILE_EXPOSED, with what to do", async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o610, 0o777]) {
      expect(await codeOf(openIdentityFile(await withText(good, mode)))).toBe("IDENTITY_FILE_EXPOSED");
    }
    expect((await loadIdentityFile(await withText(good, 0o400)))?.id).toBe(peer);
    await expect(openIdentityFile(await withText(good, 0o644))).rejects.toMatchObject({
      cure: expect.stringContaining("chmod 600"),
    });
  });

  test("of a later version, of another peer, too long, or none at all: each by its code", async () => {
    expect(await codeOf(openIdentityFile(await withText(good.replace("/1", "/2"))))).toBe("IDENTITY_FILE_VERSION");
    const other = writeKeyFileText({ peer: identityFromSecret(new Uint8Array(32).fill(1)).id, secret });
    expect(await codeOf(openIdentityFile(await withText(other)))).toBe("IDENTITY_FILE_CORRUPT");
    expect(await codeOf(openIdentityFile(await withText(good.repeat(50))))).toBe("IDENTITY_FILE_CORRUPT");
    expect(await codeOf(openIdentityFile(await withText(new Uint8Array(200))))).toBe("IDENTITY_FILE_CORRUPT");
    expect(await codeOf(openIdentityFile(await withText("")))).toBe("IDENTITY_FILE_CORRUPT");
  });

  test("what is wrong with a file names it", async () => {
    const other = writeKeyFileText({ peer: identityFromSecret(new Uint8Array(32).fill(1)).id, secret });
    const texts = ["", good.slice(0, 60), good.replace("/1", "/x"), good.replace("/1", "/2"), other, good.repeat(50)];
    for (const text of texts) {
      const path = await withText(text);
      const refused = { message: expect.stringContaining(path), detail: { file: path } };
      await expect(loadIdentityFile(path)).rejects.toMatchObject(refused);
    }
  });

  test("a folder, a pipe, a path through a file, a loop: IDENTITY_FILE_UNREADABLE, at once", async () => {
    const asFolder = freshPath();
    await mkdir(asFolder, { mode: 0o700 });
    expect(await codeOf(openIdentityFile(asFolder))).toBe("IDENTITY_FILE_UNREADABLE");
    const pipe = freshPath();
    execFileSync("mkfifo", ["-m", "600", pipe]);
    expect(await codeOf(openIdentityFile(pipe))).toBe("IDENTITY_FILE_UNREADABLE");
    expect(await codeOf(openIdentityFile(join(await withText(good), "below")))).toBe("IDENTITY_FILE_UNREADABLE");
    const loop = freshPath();
    await symlink(loop, loop);
    expect(await codeOf(openIdentityFile(loop))).toBe("IDENTITY_FILE_UNREADABLE");
  });
});
