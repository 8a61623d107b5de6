import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gapOf, moveGapOf } from "../lab/cuts/gaps.mjs";
import { labNetwork } from "../lab/lab-network.mjs";
import { allPairs, kinds, limitOf } from "../lab/nat/matrix.mjs";
import { missingFor } from "../lab/requirements.mjs";

const gun = [{ needsTurn: false }];
const turn = [{ needsTurn: true }];

describe("what the lab needs", () => {
  test("is said by name, with its cure; coturn for those alone who need TURN", () => {
    const bare = { isRoot: false, has: () => false, hasTun: false, makesNetworks: false };
    const said = (needs: typeof gun) => missingFor(needs, bare).map(({ what, cure }) => `${what}: ${cure}`);
    expect(said(gun)).toEqual([
      "root: run it as root, as in `sudo npm run lab -- nat`",
      "ip (network namespaces): apt-get install iproute2",
      "nft (NAT): apt-get install nftables",
      "conntrack (NAT): apt-get install conntrack",
      "cc (the emulator of links, where the kernel has no netem): apt-get install gcc",
      "/dev/net/tun: load the kernel's module: modprobe tun",
    ]);
    expect(said(turn)).toContain("turnserver (TURN): apt-get install coturn");
    const whole = { isRoot: true, has: () => true, hasTun: true, makesNetworks: true };
    expect(missingFor(turn, whole)).toEqual([]);
    expect(missingFor(turn, { ...whole, makesNetworks: false })).toHaveLength(1);
  });

  test("is every pair of NATs once, with more time where UDP is blocked", () => {
    expect(allPairs()).toHaveLength((kinds.length * (kinds.length + 1)) / 2);
    expect(limitOf(["symmetric", "none"])).toBe(5);
    expect(limitOf(["symmetric", "udp-blocked"])).toBe(10);
  });
});

describe("a gap that a cut makes", () => {
  const cut = { kind: { leavesWay: true }, from: 1_000, endedAt: 2_000, to: 5_000 };
  const moved = { written: [980, 1_005, 1_030, 1_055], changes: [{ at: 0, by: 1 as const }] };
  /** Letter 1 was on the channel, and goes again. At 4 s the network loses one. */
  const arrived = [
    { number: 0, at: 1_020 },
    { number: 1, at: 1_090 },
    { number: 2, at: 1_091 },
    { number: 3, at: 1_095 },
    { number: 4, at: 4_000 },
    { number: 5, at: 4_700 },
  ];
  const lostAt = (...at: number[]) => ({
    ...moved,
    changes: [...moved.changes, ...at.map((at) => ({ at, by: -1 as const }))],
  });

  test("ends with the first letter that was written once its channel was lost; what the network loses later is none of it", () => {
    expect(moveGapOf(cut, { arrived }, lostAt(1_025))).toBe(70);
    expect(gapOf(cut, { arrived })).toBe(2_905);
  });

  test("lasts until letters come by the other road, or the next cut", () => {
    const late = arrived.map(({ number, at }) => ({ number, at: number > 0 && number < 4 ? at + 800 : at }));
    expect(moveGapOf(cut, { arrived: late }, lostAt(1_025))).toBe(870);
    expect(moveGapOf(cut, { arrived: [] }, lostAt(1_025))).toBe(4_000);
  });

  test("begins when the last channel is lost; who lost none made none", () => {
    const two = lostAt(1_025, 1_050);
    const both = { ...two, changes: [{ at: 10, by: 1 as const }, ...two.changes] };
    expect(moveGapOf(cut, { arrived: arrived.slice(0, 3) }, both)).toBe(3_909);
    expect(moveGapOf(cut, { arrived }, moved)).toBeUndefined();
    expect(moveGapOf(cut, { arrived }, lostAt(900))).toBeUndefined();
  });

  test("counts from the end of a cut that leaves no way", () => {
    expect(gapOf({ ...cut, kind: { leavesWay: false } }, { arrived })).toBe(2_000);
  });
});

const missing = missingFor(gun).map(({ what }) => what);

/** A test in a network of its own. Where the machine lacks something it is skipped, and its name says why. */
function inLab(name: string, run: () => Promise<void>): void {
  const why = `no ${missing.join(", no ")}`;
  if (missing.length > 0) test(`${name} (${why})`, ({ skip }) => skip(why));
  else test(name, run);
}

describe("the lab's network", () => {
  const left = (name: string) => ({
    state: existsSync(`/run/${name}`),
    namespaces: existsSync("/run/netns") && readdirSync("/run/netns").some((each) => each.startsWith(name)),
  });
  const hostAddresses = () => execFileSync("ip", ["-o", "addr"], { encoding: "utf8" });
  const o = { delayMs: 1, lossPercent: 0, seed: 1 };

  inLab("comes and goes, twice is harmless, and the machine's own addresses stay as they are", async () => {
    const before = hostAddresses();
    const network = await labNetwork(o);
    expect(left(network.name)).toEqual({ state: true, namespaces: true });
    expect(hostAddresses()).toBe(before);
    await network.setNat(1, "symmetric");
    const child = network.start("A", ["-e", "setInterval(() => {}, 1e6)"]);
    await Promise.all([network.close(), network.close(), once(child, "exit")]);
    expect(left(network.name)).toEqual({ state: false, namespaces: false });
    expect(hostAddresses()).toBe(before);
  });

  inLab("goes when what made it is killed", async () => {
    const script = `
      import { labNetwork } from ${JSON.stringify(new URL("../lab/lab-network.mjs", import.meta.url))};
      const network = await labNetwork(${JSON.stringify(o)});
      process.send(network.name);`;
    const maker = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [name]: string[] = await once(maker, "message");
    expect(left(name ?? "")).toEqual({ state: true, namespaces: true });
    maker.kill("SIGKILL");
    await once(maker, "exit");
    // Nobody is left who could tell: the network's own going is what is waited for.
    while (left(name ?? "").state) await new Promise((resolve) => setImmediate(resolve));
    expect(left(name ?? "")).toEqual({ state: false, namespaces: false });
  });
});
