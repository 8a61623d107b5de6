import { expect, test } from "vitest";
import * as z from "zod";
import { readAnswer } from "../../src/swarm/request.ts";

const channel = { name: "numbers", response: z.array(z.number()).max(3) };

test("an answer as the schema has it is read", () => {
  expect(readAnswer(channel, [1, 2])).toEqual([1, 2]);
});

test("one that is not, and one that drives the schema to throw, are MESSAGE_INVALID of the other side", () => {
  const hostile = { length: Object.create(null) };
  expect(() => channel.response.safeParse(hostile)).toThrow(TypeError);
  for (const answer of [[1, 2, 3, 4], "text", undefined, hostile])
    expect(() => readAnswer(channel, answer)).toThrow(
      expect.objectContaining({ code: "MESSAGE_INVALID", detail: { remote: true } }),
    );
});
