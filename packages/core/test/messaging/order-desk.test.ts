import fc from "fast-check";
import { expect, test } from "vitest";
import { windowLetters } from "../../src/messaging/limits.ts";
import { OrderDesk } from "../../src/messaging/order-desk.ts";
import { OrderLane, orderWindow } from "../../src/messaging/order-lane.ts";

/** One channel of one sender, whose letters come as `come` says. */
class Receiver {
  readonly ran: number[] = [];
  readonly #desk = new OrderDesk();

  come(order: number, base = 1): "now" | "wait" | "late" | "full" {
    const turn = this.#desk.turn("peer", "run", "chat", order, base);
    if (turn === "now") {
      this.ran.push(order);
      this.#desk.passed("peer", "run", "chat");
    }
    const run = () => this.ran.push(order) > 0;
    if (turn === "wait")
      this.#desk.hold("peer", "run", "chat", order, { bytes: 1, run, drop: () => {}, release: () => {} });
    return turn;
  }
}

test("one channel leaves three parts of four of a peer's window to others", () => {
  expect(orderWindow).toBe(1_024);
  expect(orderWindow).toBe(windowLetters / 4);
});

test("all that a sender may have out finds room, in whatever order it comes, and runs in its own", () => {
  const orders = Array.from({ length: orderWindow }, (_, i) => i + 1);
  const shuffled = fc.shuffledSubarray(orders, { minLength: orderWindow, maxLength: orderWindow });
  fc.assert(
    fc.property(shuffled, (coming) => {
      const lane = new OrderLane();
      const receiver = new Receiver();
      for (const order of orders) expect(lane.enter()).toBe(order);
      for (const order of coming) {
        expect(lane.allows(order)).toBe(true);
        expect(receiver.come(order)).toMatch(/^(now|wait)$/);
      }
      expect(receiver.ran).toEqual(orders);
    }),
    { numRuns: 5 },
  );
});

test("a sender that goes on beyond its window is not kept for", () => {
  const receiver = new Receiver();
  for (let order = 2; order <= orderWindow + 1; order++) expect(receiver.come(order)).toBe("wait");
  expect(receiver.come(orderWindow + 2)).toBe("full");
  expect(new Receiver().come(1 + 2 * orderWindow)).toBe("full");
  expect(receiver.come(1)).toBe("now");
  expect(receiver.ran).toHaveLength(orderWindow + 1);
});

/** Holds letters of so many bytes each, behind a first one that does not come, until there is no room. */
function holdAll(desk: OrderDesk, peer: string, channel: string, bytes: number): number {
  const idle = { bytes, run: () => true, drop: () => {}, release: () => {} };
  let held = 0;
  for (let order = 2; desk.turn(peer, "run", channel, order, 1) === "wait"; order++) {
    if (!desk.hold(peer, "run", channel, order, idle)) break;
    held++;
  }
  return held;
}

test("what waits for its turn is bounded in letters of a channel, in bytes of a peer, and in bytes of all", () => {
  const mebibyte = 1_048_576;
  expect(holdAll(new OrderDesk(), "small", "chat", 1)).toBe(orderWindow);
  const desk = new OrderDesk();
  expect(holdAll(desk, "large", "chat", mebibyte)).toBe(64);
  expect(holdAll(desk, "large", "another", mebibyte)).toBe(0);
  for (const peer of ["b", "c", "d"]) expect(holdAll(desk, peer, "chat", mebibyte)).toBe(64);
  expect(holdAll(desk, "e", "chat", 1)).toBe(0);
});

test.each<readonly [string, (desk: OrderDesk) => void]>([
  ["ran", (desk) => void (desk.turn("large", "run", "chat", 1, 1) === "now" && desk.passed("large", "run", "chat"))],
  ["were given up", (desk) => desk.skip("large", "run", "chat", 100)],
  ["are of an instance that is gone", (desk) => desk.retire("large", () => false)],
  ["wait at a node that stops", (desk) => desk.clear()],
])("room is there again once they %s", (_, end) => {
  const desk = new OrderDesk();
  expect(holdAll(desk, "large", "chat", 1_048_576)).toBe(64);
  end(desk);
  expect(holdAll(desk, "large", "another", 1_048_576)).toBe(64);
});
