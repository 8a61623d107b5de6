import { anyJson, shuffled, textBytes, textOf } from "../json.mjs";
import { refuse } from "../refuse.mjs";

const payload = { sdp: { type: "offer", sdp: "v=0\r\n" }, type: "data", connectionId: "dc_1", label: "dc_1" };
const signals = [
  { type: "HEARTBEAT" },
  { type: "LEAVE", dst: "bob" },
  { type: "OFFER", dst: "bob", payload },
  { type: "ANSWER", dst: "bob-2", payload },
  { type: "CANDIDATE", dst: "bob", payload: { candidate: { candidate: "candidate:1 1 UDP 1 192.0.2.1 9 typ host" } } },
];
const types = ["HEARTBEAT", "LEAVE", "OFFER", "ANSWER", "CANDIDATE"];
const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const transaction = "2112a442b7e7a701bc34d686fa87dfae";
const bindings = [
  `00010000${transaction}`,
  `00010008${transaction}0003000400000006`,
  `00010058${transaction}802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a6836765920202000080014${"9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"}80280004e57a3bcf`,
].map(hex);

/** What `swarm-space infra` hears of strangers beside Gun: signals of PeerJS, and STUN. */
export async function infraDecoders(load) {
  const { readSignal } = await load("cli", "peer-server/signal-guard");
  const { answerBinding } = await load("cli", "stun/binding");
  const sources = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"].map((address) => ({ address, port: 32_853 }));
  return [
    {
      name: "peer-signal",
      seeds: signals.map((signal) => textBytes(JSON.stringify(signal))),
      tokens: ['"__proto__":', '"dst":', "null", "[[", "{", "}", '"', "\\u0000", '"EXPIRE"'].map(textBytes),
      make: (random) =>
        textBytes(
          random.chance(0.1)
            ? anyJson(random)
            : JSON.stringify(shuffled(random, signals[random.integer(signals.length)])),
        ),
      run: (bytes) => {
        const signal = readSignal(textOf(bytes));
        if (!signal) return refuse("no signal");
        if (!types.includes(signal.type)) throw new Error(`an unknown type: ${signal.type}`);
        const { dst } = JSON.parse(textOf(bytes));
        if (signal.to !== (signal.type === "HEARTBEAT" ? undefined : dst)) throw new Error("another receiver");
        return signal.type;
      },
    },
    {
      name: "stun-binding",
      seeds: bindings,
      run: (bytes, turn) => {
        const answer = answerBinding(bytes, sources[turn % sources.length]);
        if (!answer) return refuse("no request");
        if (answer.length > bytes.length + 32) throw new Error("an answer that is much longer than its request");
        return String(answer[1]);
      },
    },
  ];
}
