import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nameTransaction } from "../src/hashing/ids.ts";
import { StateTree } from "../src/hashing/state-tree.ts";
import { swarmLedger, transfer } from "../src/ledger/index.ts";
import type { NamedTransaction, PoolBase, PoolLimits } from "../src/model/index.ts";
import { defaultPoolLimits } from "../src/pool/pool-limits.ts";
import { TransactionPool } from "../src/pool/transaction-pool.ts";
import { accountNamed, alice, bob, contextAt, parametersOf, transactionOf } from "./support/ledger-play.ts";

const chainId = accountNamed("chain");
const people = Array.from({ length: 12 }, (_, at) => accountNamed(`person ${at}`));
const machine = swarmLedger(
  parametersOf({ allocations: [alice, bob, ...people].map((account) => ({ account, amount: 100_000n })) }),
);
const start: PoolBase = { machine, view: StateTree.of(machine.genesis()), height: 1, time: 0 };
const none: ReadonlySet<string> = new Set();

const write = (from: string, nonce: number, fee: bigint | number, amount = 1n): NamedTransaction =>
  nameTransaction(transactionOf(transfer, { to: bob, amount }, from, { nonce: BigInt(nonce), fee: BigInt(fee) }));
const poolOf = (limits: Partial<PoolLimits> = {}) => new TransactionPool(chainId, { ...defaultPoolLimits, ...limits });
const add = (pool: TransactionPool, named: NamedTransaction, now = 0, isLocal = false, base = start) =>
  pool.add(named, base, { now, isLocal });
const codeOf = (pool: TransactionPool, named: NamedTransaction, now = 0) => {
  const { verdict } = add(pool, named, now);
  return verdict.ok ? "accepted" : verdict.code;
};
/** The base after a block of these. */
function after(transactions: readonly NamedTransaction[], base = start): PoolBase {
  const applied = machine.applyBlock(
    base.view,
    contextAt(base.height),
    transactions.map(({ transaction }) => transaction),
  );
  if (!applied.ok) throw new Error(applied.reason);
  return { ...base, view: (base.view as StateTree).with(applied.delta), height: base.height + 1 };
}

describe("admission", () => {
  test("what is good waits, once", () => {
    const pool = poolOf();
    const one = write(alice, 0, 10);
    expect(codeOf(pool, one)).toBe("accepted");
    expect(codeOf(pool, one)).toBe("TRANSACTION_KNOWN");
    expect(pool.get(one.id)?.since).toBe(0);
    expect(pool.stats).toEqual({ pending: 1, queued: 0, bytes: one.bytes });
    expect(pool.nextNonce(start, alice)).toBe(1n);
  });

  test.each<[string, NamedTransaction]>([
    ["WRONG_CHAIN", nameTransaction({ ...write(alice, 0, 1).transaction, chainId: accountNamed("other") })],
    ["TRANSACTION_EXPIRED", nameTransaction({ ...write(alice, 0, 1).transaction, expiryHeight: 0 })],
    ["TRANSACTION_NONCE", write(alice, 80, 1)],
    ["TRANSACTION_BALANCE", write(alice, 0, 1, 100_000n)],
    ["TRANSACTION_PAYLOAD", nameTransaction({ ...write(alice, 0, 1).transaction, payload: new Uint8Array(3) })],
    ["TRANSACTION_FEE", write(alice, 0, 0)],
  ])("%s is remembered for five minutes, and nobody is blamed", (code, named) => {
    const pool = poolOf({ leastFeeRate: 1n });
    const { verdict } = add(pool, named);
    expect(verdict).toMatchObject({ ok: false, code, class: "policy", score: 0 });
    expect(codeOf(pool, named, 299_999)).toBe("TRANSACTION_KNOWN");
    expect(codeOf(pool, named, 300_000)).toBe(code);
  });

  test("a bad signature condemns its copy for ever, and never stands in the good one's way", () => {
    const pool = poolOf();
    const good = write(alice, 0, 10);
    const forged = nameTransaction({ ...good.transaction, signature: new Uint8Array(64).fill(1) });
    expect(forged.id).toBe(good.id);
    expect(pool.refuseSignature(forged)).toMatchObject({ code: "TRANSACTION_SIGNATURE", class: "invalid", score: 100 });
    expect(codeOf(pool, forged, 10 ** 12)).toBe("TRANSACTION_KNOWN");
    expect(codeOf(pool, good)).toBe("accepted");
  });

  test("the balance counts beside what already waits", () => {
    const pool = poolOf();
    expect(codeOf(pool, write(alice, 0, 10, 60_000n))).toBe("accepted");
    expect(codeOf(pool, write(alice, 1, 10, 40_000n))).toBe("TRANSACTION_BALANCE");
    expect(codeOf(pool, write(alice, 1, 10, 39_980n))).toBe("accepted");
  });

  test("a gap waits in the queue until it is filled", () => {
    const pool = poolOf();
    add(pool, write(alice, 1, 10));
    expect(pool.stats).toMatchObject({ pending: 0, queued: 1 });
    expect(pool.candidates(start)).toEqual([]);
    add(pool, write(alice, 0, 10));
    expect(pool.stats).toMatchObject({ pending: 2, queued: 0 });
    expect(pool.candidates(start).map(({ transaction }) => transaction.nonce)).toEqual([0n, 1n]);
  });

  test("an account has 16 that follow on each other, and 64 behind gaps", () => {
    const pool = poolOf();
    for (let nonce = 0; nonce < 16; nonce += 1) expect(codeOf(pool, write(alice, nonce, 10))).toBe("accepted");
    expect(codeOf(pool, write(alice, 16, 10))).toBe("POOL_ACCOUNT_FULL");
    for (let nonce = 2; nonce < 66; nonce += 1) expect(codeOf(pool, write(bob, nonce, 10))).toBe("accepted");
    expect(codeOf(pool, write(bob, 66, 10))).toBe("POOL_ACCOUNT_FULL");
    expect(codeOf(pool, write(bob, 0, 10))).toBe("accepted");
  });
});

describe("replacement", () => {
  test("needs a tenth more, and one unit at least", () => {
    const pool = poolOf();
    const first = write(alice, 0, 100);
    add(pool, first);
    expect(codeOf(pool, write(alice, 0, 109))).toBe("REPLACEMENT_FEE");
    const second = write(alice, 0, 110);
    expect(add(pool, second)).toEqual({
      verdict: { ok: true },
      dropped: [{ id: first.id, account: alice, reason: "replaced" }],
    });
    expect(pool.all().map(({ id }) => id)).toEqual([second.id]);
    const free = poolOf();
    add(free, write(alice, 0, 0));
    expect(codeOf(free, write(alice, 0, 0, 2n))).toBe("REPLACEMENT_FEE");
    expect(codeOf(free, write(alice, 0, 1))).toBe("accepted");
  });

  test("happens eight times a minute at most, also where nothing else of the account waits", () => {
    const pool = poolOf();
    const fees = Array.from({ length: 11 }, (_, at) => 10 * 2 ** at);
    for (const fee of fees.slice(0, 9)) expect(codeOf(pool, write(alice, 0, fee))).toBe("accepted");
    expect(codeOf(pool, write(alice, 0, fees[9] ?? 0), 59_999)).toBe("REPLACEMENT_RATE");
    expect(codeOf(pool, write(alice, 0, fees[10] ?? 0), 60_000)).toBe("accepted");
  });
});

describe("eviction", () => {
  test("the worst-paying goes for a better one, of equal ones the newest; a worse one is refused", () => {
    const pool = poolOf({ pending: 3 });
    const [cheap, late, dear] = [
      write(people[0] ?? "", 0, 100),
      write(people[1] ?? "", 0, 100),
      write(people[2] ?? "", 0, 900),
    ];
    add(pool, cheap, 1);
    add(pool, late, 2);
    add(pool, dear, 3);
    expect(codeOf(pool, write(people[3] ?? "", 0, 50), 4)).toBe("POOL_FULL");
    const better = add(pool, write(people[4] ?? "", 0, 500), 5);
    expect(better).toMatchObject({ verdict: { ok: true }, dropped: [{ id: late.id, reason: "evicted" }] });
    expect(pool.get(cheap.id)).toBeDefined();
  });

  test("an account loses its last one first, so that no gap is made", () => {
    const pool = poolOf({ pending: 2 });
    const [first, second] = [write(alice, 0, 1), write(alice, 1, 1_000)];
    add(pool, first);
    add(pool, second);
    expect(add(pool, write(bob, 0, 5_000)).dropped).toMatchObject([{ id: second.id, reason: "evicted" }]);
    expect(pool.get(first.id)).toBeDefined();
  });

  test("what was submitted here stays", () => {
    const pool = poolOf({ pending: 1 });
    const own = write(alice, 0, 0);
    add(pool, own, 0, true);
    expect(codeOf(pool, write(bob, 0, 90_000))).toBe("POOL_FULL");
    expect(pool.get(own.id)).toBeDefined();
  });

  test("bytes are limited, too", () => {
    const size = write(alice, 0, 1).bytes;
    const pool = poolOf({ bytes: size * 2 });
    for (const [at, person] of people.slice(0, 5).entries()) add(pool, write(person, 0, 10 + at));
    expect(pool.stats.bytes).toBe(size * 2);
    expect(
      pool
        .all()
        .map(({ transaction }) => transaction.fee)
        .sort(),
    ).toEqual([13n, 14n]);
  });
});

describe("after a block", () => {
  test("what is in it has gone, what it contradicts goes, what stood behind moves up", () => {
    const pool = poolOf();
    const [first, second] = [write(alice, 0, 10), write(alice, 1, 10, 90_000n)];
    const rival = write(bob, 0, 10);
    for (const named of [first, second, rival]) add(pool, named);
    const base = after([first, write(bob, 0, 20, 5n), write(bob, 1, 10)]);
    const dropped = pool.rebase(base, 1, new Set([first.id]));
    expect(dropped.map(({ id, reason }) => [id, reason])).toEqual([
      [first.id, "included"],
      [rival.id, "conflicting"],
    ]);
    expect(pool.candidates(base).map(({ id }) => id)).toEqual([second.id]);
    expect(pool.stats).toMatchObject({ pending: 1, queued: 0 });
    const poorer = after([write(alice, 1, 0, 60_000n)], base);
    expect(pool.rebase(poorer, 1, none)).toMatchObject([{ id: second.id, reason: "conflicting" }]);
    expect(pool.stats).toEqual({ pending: 0, queued: 0, bytes: 0 });
  });

  test("three hours or its own height end a life", () => {
    const pool = poolOf();
    add(pool, write(alice, 0, 10), 5);
    add(pool, nameTransaction({ ...write(bob, 0, 10).transaction, expiryHeight: 7 }), 5);
    expect(pool.rebase({ ...start, height: 7 }, 5 + 3 * 3_600_000, none)).toMatchObject([]);
    expect(pool.rebase({ ...start, height: 8 }, 5, none)).toMatchObject([{ account: bob, reason: "expired" }]);
    expect(pool.rebase(start, 6 + 3 * 3_600_000, none)).toMatchObject([{ account: alice, reason: "expired" }]);
  });
});

test("the best paying go first, but nobody before what he stands on", () => {
  const pool = poolOf();
  const [a0, a1, b0] = [write(alice, 0, 10), write(alice, 1, 9_000), write(bob, 0, 500)];
  for (const named of [a1, a0, b0]) add(pool, named);
  expect(pool.candidates(start).map(({ id }) => id)).toEqual([b0.id, a0.id, a1.id]);
});

test("any sequence: the sums are those of what waits, the limits hold, and candidates make a block", () => {
  const steps = fc.array(
    fc.tuple(
      fc.nat(11),
      fc.nat(5),
      fc.integer({ min: 0, max: 3_000 }),
      fc.bigInt({ min: 1n, max: 60_000n }),
      fc.nat(9),
    ),
    { minLength: 20, maxLength: 80 },
  );
  const limits = { pending: 12, queued: 6, pendingPerAccount: 3, queuedPerAccount: 2 };
  fc.assert(
    fc.property(steps, (all) => {
      const pool = poolOf(limits);
      let base = start;
      for (const [at, [who, ahead, fee, amount, what]] of all.entries()) {
        const person = people[who] ?? "";
        const nonce = Number(machine.standing(base.view, person).nonce) + ahead;
        add(pool, write(person, nonce, fee, amount), at, false, base);
        const candidates = pool.candidates(base);
        expect(candidates).toHaveLength(pool.stats.pending);
        if (what === 0) {
          const block = candidates.slice(0, 4);
          base = after(block, base);
          pool.rebase(base, at, new Set(block.map(({ id }) => id)));
        }
        const { pending, queued, bytes } = pool.stats;
        expect(pending + queued).toBe(pool.all().length);
        expect(bytes).toBe(pool.all().reduce((sum, pooled) => sum + pooled.bytes, 0));
        expect(pending <= 12 && queued <= 6).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
