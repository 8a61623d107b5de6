import { expect, onTestFinished, test } from "vitest";
import { collect, join, numbered, sendEach } from "../../../tests/support/transport-ends.ts";
import { makeNode } from "./nodes.ts";
import { startStockRelay } from "./processes.ts";

test.each(["plain", "axe"] as const)(
  "300 frames each way through an unmodified Gun server, %s: 0 lost, 0 doubled",
  async (kind) => {
    const stock = await startStockRelay(kind);
    onTestFinished(() => stock.kill());
    const a = makeNode({ relays: [stock.url.replace("ws", "http")] });
    const b = makeNode({ relays: [stock.url] });
    onTestFinished(async () => void (await Promise.all([a.close(), b.close()])));
    await Promise.all([a.open(), b.open()]);
    const [one, other] = await join(a, b, "relay");
    const atA = collect(one);
    const atB = collect(other);
    await Promise.all([sendEach(one, numbered("to b", 300)), sendEach(other, numbered("to a", 300))]);
    await Promise.all([atA.until(300), atB.until(300)]);
    expect(atB.texts).toEqual(numbered("to b", 300));
    expect(atA.texts).toEqual(numbered("to a", 300));
  },
);
