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
    if (turn === "wait") this.#desk.hold("peer", "run", "chat", order, { run, drop: () => {}, release: () => {} });
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
