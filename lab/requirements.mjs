import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** What the lab needs of a machine: where it is found, and which package of Debian and Ubuntu brings it. */
const programs = [
  { what: "ip (network namespaces)", program: "ip", package: "iproute2" },
  { what: "nft (NAT)", program: "nft", package: "nftables" },
  { what: "conntrack (NAT)", program: "conntrack", package: "conntrack" },
  { what: "cc (the emulator of links, where the kernel has no netem)", program: "cc", package: "gcc" },
  { what: "turnserver (TURN)", program: "turnserver", package: "coturn", isForTurn: true },
];

/**
 * What is missing here for these transports, each with its cure. Empty: nothing.
 * @param {readonly { readonly needsTurn: boolean }[]} transports
 * @param {{ readonly isRoot: boolean, readonly has: (program: string) => boolean, readonly hasTun: boolean, readonly makesNetworks: boolean }} [machine]
 */
export function missingFor(transports, machine = thisMachine()) {
  const missing = [];
  if (!machine.isRoot) missing.push({ what: "root", cure: "run it as root, as in `sudo npm run lab -- nat`" });
  const needsTurn = transports.some((each) => each.needsTurn);
  for (const { what, program, package: name, isForTurn } of programs) {
    if ((isForTurn && !needsTurn) || machine.has(program)) continue;
    missing.push({ what, cure: `apt-get install ${name}` });
  }
  if (machine.isRoot && !machine.makesNetworks) {
    missing.push({ what: "leave to make network namespaces", cure: "give the container NET_ADMIN and SYS_ADMIN" });
  }
  if (!machine.hasTun) missing.push({ what: "/dev/net/tun", cure: "load the kernel's module: modprobe tun" });
  return missing;
}

function thisMachine() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return {
    isRoot: process.getuid?.() === 0,
    has: (program) => folders.some((folder) => folder !== "" && isExecutable(join(folder, program))),
    hasTun: existsSync("/dev/net/tun"),
    makesNetworks: spawnSync("unshare", ["--net", "--mount", "true"], { stdio: "ignore" }).status === 0,
  };
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
