import { encodeTransaction } from "../../../src/codec/index.ts";
import { serving, tipOf } from "../sync-stage.ts";
import type { InputRow } from "./input-row.ts";
import { comesElsewhere, forged, lastOf, meetWithBodies, meetWithTransaction, payment } from "./scene.ts";

const ids = (count: number) => Array.from({ length: count }, (_, at) => new Uint8Array(32).fill(at));

/** A row of one message that the liar sends as it is. */
function message(input: string, score: number, code: string, sent: unknown, times = 1): InputRow {
  return {
    input,
    score,
    code,
    async play({ stage }) {
      const liar = await stage.meet("liar");
      for (let at = 0; at < times; at += 1) await liar.tell(sent);
    },
  };
}

/** A row of a body, where the liar was asked for one. */
function body(input: string, code: string, answer: unknown): InputRow {
  return { input, score: 100, code, play: (scene) => meetWithBodies(scene, () => answer), after: comesElsewhere };
}

export const messageRows: readonly InputRow[] = [
  message("bytes not decodable: a message", 100, "MALFORMED", { kind: "tip", header: new Uint8Array(3) }),
  message("bytes not decodable: no message at all", 100, "MALFORMED", ["tip"]),
  body("bytes not decodable: a body", "MALFORMED", { kind: "bodies", bodies: [Uint8Array.of(0, 1, 0)] }),
  {
    input: "trailing bytes: a transaction",
    score: 100,
    code: "MALFORMED",
    play(scene) {
      const named = payment(scene, { nonce: 0n });
      return meetWithTransaction(scene, named, Uint8Array.of(...encodeTransaction(named.transaction), 0));
    },
  },
  body("an answer in the form of another question", "MALFORMED", { kind: "transactions", transactions: [] }),
  body("over hard size limit: a body of more than 1 MiB", "MALFORMED", {
    kind: "bodies",
    bodies: [new Uint8Array(1_048_577)],
  }),
  body("more bodies than were asked for", "MALFORMED", { kind: "bodies", bodies: Array(9).fill(null) }),
  {
    input: "over hard size limit: more than 2,000 headers",
    score: 100,
    code: "MALFORMED",
    async play({ stage, better }) {
      const liar = await stage.meet("liar", () => ({ kind: "headers", headers: new Uint8Array(254 * 2_001) }));
      await liar.tell(tipOf(lastOf(better.blocks)));
    },
    after: comesElsewhere,
  },
  message("unknown message type: ignored", 0, "UNKNOWN_KIND", { kind: "compactBlock", header: 7 }, 100),
  message("unknown message type, over 100 a minute", 10, "UNKNOWN_KIND", { kind: "compactBlock", header: 7 }, 101),
  {
    input: "wrong genesis: counted, nothing is asked, nobody is banned",
    score: 0,
    code: "WRONG_CHAIN",
    async play({ stage, better }) {
      const liar = await stage.meet("liar", serving(better.blocks));
      await liar.tell(tipOf(forged(lastOf(better.blocks), { chainId: "ab".repeat(32) })));
      if (liar.asked.length > 0) throw new Error("it was asked");
    },
  },
  message("response with unknown reqId: dropped unread", 10, "UNASKED", { kind: "bodies", bodies: ["nonsense"] }),
  message("locator > 101", 100, "MALFORMED", { kind: "getHeaders", locator: ids(102) }),
  message("count > limit: 17 bodies", 100, "MALFORMED", { kind: "getBodies", ids: ids(17) }),
  message("count > limit: 257 transactions", 100, "MALFORMED", { kind: "getTransactions", ids: ids(257) }),
  message("count > limit: 1,001 announcements", 100, "MALFORMED", { kind: "have", ids: ids(1_001) }),
];
