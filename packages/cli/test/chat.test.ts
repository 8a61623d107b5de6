import { expect, test } from "vitest";
import { RunningCommand, startRelay } from "./command.ts";

function openChat(url: string, name: string, ...words: readonly string[]): RunningCommand {
  return new RunningCommand(["chat", "--relay", url, "--network", "chat-test", "--name", name, ...words]);
}

test("two terminals talk through a relay, which dies and comes back; ticks tell what became of each line", async () => {
  const { relay, url, port } = await startRelay();
  await using first = relay;
  await using anna = openChat(url, "anna");
  await using bert = openChat(url, "bert", "--ttl", "1");
  anna.write("too early");
  await anna.line(/^nobody is here yet/);
  const bertIsHere = await anna.line(/^\* bert is here: [a-z2-7]{52}$/);
  await bert.line(/^\* anna is here: /);

  anna.write("hello, bert");
  expect(await bert.line(/^anna: /)).toBe("anna: hello, bert");
  expect(await anna.line(/^#1 …/)).toBe("#1 … sending to bert");
  expect(await anna.line(/^#1 ✓/)).toMatch(/^#1 ✓ confirmed by bert via gun in \d+ ms$/);

  anna.write("/peers");
  expect(await anna.line(/^bert .*gun/)).toMatch(/ \d+ ms$/);
  anna.write(`/explain ${bertIsHere.slice(-52, -40)}`);
  await anna.line(/^bert [a-z2-7]{52}: connected, 1 addresses, 0 letters wait$/);
  await anna.line(/^gun +ws:\/\/127\.0\.0\.1:\d+\/gun +carries /);
  anna.write("/explain nobody");
  await anna.line(/^nobody of this name or id: nobody$/);
  anna.write("/status");
  await anna.line(/^[a-z2-7]{52} on chat-test: 1 peers, primary gun$/);
  await anna.line(/^breakers: \d+, of these 0 open/);
  anna.write("/nonsense");
  await anna.line(/^no such word: \/nonsense$/);

  first.signal("SIGKILL");
  await anna.line(/^\* bert is away/);
  const said = anna.lines.length;
  anna.write("this one waits");
  bert.write("this one is too old by then");
  expect(await bert.line(/^#1 ✗/)).toBe("#1 ✗ expired: anna");
  expect(anna.lines.slice(said)).toContain("#2 … sending to bert");
  expect(anna.lines.slice(said).filter((line) => line.startsWith("#2 ✓"))).toEqual([]);

  await using second = (await startRelay(port)).relay;
  // Who of the two is back first decides: a link to bert, or the relay's mailbox.
  expect(await anna.line(/^#2 ✓/)).toMatch(/(?:confirmed by|left in a mailbox for) bert via gun/);
  await bert.line(/^anna: this one waits$/);
  expect(bert.lines.filter((line) => line === "anna: this one waits")).toHaveLength(1);
  expect(anna.lines.some((line) => line.includes("too old"))).toBe(false);

  anna.write("/quit");
  expect(await anna.exit).toBe(0);
  await bert.line(/^\* anna has left$/);
  bert.endInput();
  expect(await bert.exit).toBe(0);
  expect(bert.lines).toContain("* 1 letters were not confirmed");
  second.signal("SIGTERM");
  expect(await second.exit).toBe(0);
});

test("input that ends leaves no line behind; a configuration file is taken, and the relay over it", async () => {
  const { relay, url } = await startRelay();
  await using _ = relay;
  const config = "examples/local-swarm/swarm.config.json";
  await using anna = new RunningCommand(["chat", "--config", config, "--relay", url, "--name", "anna"]);
  await using bert = new RunningCommand(["chat", "--relay", url, "--network", "local-swarm", "--name", "bert"]);
  await anna.line(/^\* bert is here/);
  anna.write("\u001b[2Jforged\u202e");
  anna.endInput();
  expect(await anna.exit).toBe(0);
  expect(anna.lines.at(-1)).toMatch(/^#1 ✓ confirmed by bert/);
  await bert.line(/^\* anna has left/);
  expect(bert.lines).toContain("anna: ·[2Jforged·");
  bert.signal("SIGINT");
  expect(await bert.exit).toBe(0);
});
