/**
 * What happens to two connected nodes. `side` is whose: 1 or 2. `begin` and `end` get the place; `leavesWay`: one of the roads goes on,
 * or another may be had at once, and the silence counts from the cut. Without, it counts from the end of the cut. `isError`: each side is told
 * that its data channel ended. `isControl`: nothing is cut, and only who names it gets it.
 */
const outside = { 1: "203.0.113.2", 2: "198.51.100.2" };
const inside = { 1: "A", 2: "B" };
/** Packets that pass the hub from side to side, and those for its servers. */
const hooks = { between: "forward", toHub: "input" };

export const kinds = [
  { name: "nothing", isControl: true, leavesWay: true, begin: async () => {}, end: async () => {} },
  drops("data-channel-silent", () => ({ between: "meta l4proto udp" })),
  drops("data-channel-one-way", (_, side) => ({ between: `ip saddr ${outside[side]} meta l4proto udp` })),
  {
    name: "data-channel-closed",
    leavesWay: true,
    isError: true,
    begin: ({ nodes }, side) => nodes[side]("cut"),
    end: ({ nodes }, side) => nodes[side]("healCut"),
  },
  drops("relay-silent", () => ({ toHub: "tcp dport 80" })),
  // Relay, tracker, DHT node and STUN server, which are one process.
  {
    name: "servers-killed",
    leavesWay: true,
    begin: ({ hub }) => hub.kill(),
    end: (place) => place.startHub(),
  },
  drops("finders-silent", ({ tracker, dht, stun }) => ({
    toHub: `meta l4proto { tcp, udp } th dport { ${tracker.port}, ${dht.port}, ${stun.port} }`,
  })),
  {
    name: "link-down",
    leavesWay: false,
    begin: ({ network }, side) => network.cut(side),
    end: ({ network }, side) => network.heal(side),
  },
  {
    name: "interface-down",
    leavesWay: false,
    begin: ({ network }, side) => network.execute(inside[side], "ip", ["link", "set", "eth0", "down"]),
    end: ({ network }, side) => network.execute(inside[side], "sh", ["-c", `ip link set eth0 up && ${route(side)}`]),
  },
  {
    name: "address-changed",
    leavesWay: true,
    async begin(place, side) {
      const [old, next] = place.hosts[side] === 2 ? [2, 3] : [3, 2];
      const address = (host) => `10.${side}.0.${host}/24 dev eth0`;
      const words = `ip addr del ${address(old)} && ip addr add ${address(next)} && ${route(side)}`;
      await place.network.execute(inside[side], "sh", ["-c", words]);
      place.hosts[side] = next;
    },
    end: async () => {},
  },
  // Twice: other ports, and then others again.
  {
    name: "mappings-lost",
    leavesWay: true,
    begin: ({ network }, side) => network.setNat(side, "symmetric"),
    end: ({ network }, side) => network.setNat(side, "port-restricted"),
  },
];

function route(side) {
  return `ip route replace default via 10.${side}.0.1`;
}

/** The hub swallows what matches, and nobody is told. @param matchesOf makes it, by hook, of the hub and the side */
function drops(name, matchesOf) {
  return {
    name,
    leavesWay: true,
    async begin({ network, hub }, side) {
      const words = Object.entries(matchesOf(hub, side)).map(
        ([where, match]) =>
          `add chain inet cuts ${where} { type filter hook ${hooks[where]} priority 0; }; add rule inet cuts ${where} ${match} drop`,
      );
      await network.execute("R", "nft", [`add table inet cuts; ${words.join("; ")}`]);
    },
    end: ({ network }) => network.execute("R", "nft", ["delete table inet cuts"]),
  };
}
