/** Hides a text in every way that it is looked for. How many ways, and how many were found. */
export function plantedCanaries(text) {
  const bytes = Buffer.from(text);
  const deep = (shift) => Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc(3)]).toString("base64");
  const hidden = [
    text,
    `beside ${text}.`,
    bytes.toString("hex"),
    deep(0),
    deep(1),
    deep(2),
    deep(7),
    deep(11),
    `mpy1.${deep(2)}`,
  ];
  const frames = hidden.flatMap((value) => [
    JSON.stringify({ put: { soul: { _: {}, key: value } } }),
    JSON.stringify([{ put: { soul: { _: {}, [value]: "" } } }]),
  ]);
  // As JSON may also spell it.
  frames.push(
    JSON.stringify({ put: { soul: { _: {}, key: text } } }).replace(text[0], `\\u00${bytes[0].toString(16)}`),
  );
  const found = frames.filter((frame) => {
    const canary = new Canary();
    canary.watch({ secrets: { text } });
    canary.hear(frame);
    return canary.seen.text > 0;
  });
  return { planted: frames.length, found: found.length };
}

/** Looks for what no relay may see, in every text that passes: as it is, in base64, in hex, and within what base64 hides. */
export class Canary {
  texts = 0;
  bytes = 0;
  /** Name of a needle → how often it was seen outside the places allowed. */
  seen = {};
  /** Peer ids in presence records: where they are allowed. */
  allowed = 0;
  #needles = [];

  /** @param o.secrets name → text; @param o.peers ids, which may stand in presence records alone */
  watch({ secrets = {}, peers = [] }) {
    for (const [name, text] of Object.entries(secrets)) this.#add(name, [Buffer.from(text)]);
    for (const peer of peers) this.#add("peerId", [Buffer.from(peer), fromBase32(peer)], peer);
  }

  hear(text) {
    this.texts++;
    this.bytes += text.length;
    if (this.#needles.length === 0) return;
    this.#look(text, false);
    let parsed;
    try {
      parsed = [JSON.parse(text)].flat();
    } catch {
      return;
    }
    for (const { put } of parsed) {
      for (const [soul, node] of Object.entries(put ?? {})) {
        this.#look(soul, false);
        for (const [key, value] of Object.entries(node)) {
          if (key === "_") continue;
          this.#look(key, false);
          if (typeof value === "string") this.value(value, soul);
        }
      }
    }
  }

  /** A value of the graph: as text, and as the bytes that it may stand for. */
  value(value, soul) {
    const isPresence = soul.startsWith("ss.at.");
    this.#look(value, isPresence);
    // A letter's time stands before it, behind a full stop.
    for (const part of value.split(".")) this.#look(Buffer.from(part, "base64").toString("latin1"), isPresence);
  }

  #add(name, forms, peer) {
    this.seen[name] ??= 0;
    const patterns = new Set();
    for (const bytes of forms) {
      patterns.add(bytes.toString("latin1")).add(bytes.toString("hex")).add(bytes.toString("utf16le"));
      // Base64 has three alignments; the letters at either end depend on what stands beside.
      for (let shift = 0; shift < 3; shift++) {
        const text = Buffer.concat([Buffer.alloc(shift), bytes])
          .toString("base64")
          .replace(/=+$/, "");
        patterns.add(text.slice(shift === 0 ? 0 : shift + 1, -2));
      }
    }
    this.#needles.push({ name, patterns: [...patterns], isPeer: peer !== undefined, peer });
  }

  #look(text, isPresence) {
    for (const { name, patterns, isPeer, peer } of this.#needles) {
      if (!patterns.some((pattern) => text.includes(pattern))) continue;
      // A whole message is looked at by its parts: a peer id in it is judged where it stands.
      if (isPeer && isPresence) this.allowed++;
      else if (!isPeer || !isOfPresence(text, peer)) this.seen[name]++;
    }
  }
}

/** Whether the text is a message whose every mention of the peer stands in a presence record. */
function isOfPresence(text, peer) {
  if (!/^[[{]/.test(text)) return false;
  const rest = [JSON.parse(text)].flat();
  for (const { put } of rest)
    for (const soul of Object.keys(put ?? {})) if (soul.startsWith("ss.at.")) delete put[soul];
  return !JSON.stringify(rest).includes(peer);
}

function fromBase32(text) {
  let bits = "";
  for (const letter of text) bits += "abcdefghijklmnopqrstuvwxyz234567".indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}
