import { describe, expect, test } from "vitest";
import { equalBytes, joinBytes } from "../../src/security/bytes.ts";
import { letterHpke } from "../../src/security/letter-hpke.ts";
import { a2, spoiltOpenings } from "./hpke-case.ts";

describe("HPKE of letters", () => {
  const hpke = letterHpke();
  const { info, additional } = a2;

  test("RFC 9180 A.2.1: seals to the published bytes", async () => {
    const sealed = await hpke.seal({ publicKey: a2.pkRm, plain: a2.plain, info, additional, ephemeralInput: a2.ikmE });
    expect(sealed).toEqual(joinBytes(a2.enc, a2.ct));
  });

  test("RFC 9180 A.2.1: opens the published bytes", async () => {
    const opened = await hpke.open({ secretKey: a2.skRm, sealed: joinBytes(a2.enc, a2.ct), info, additional });
    expect(opened).toEqual(a2.plain);
  });

  test("two seals of one letter differ, and each opens", async () => {
    const seal = (): Promise<Uint8Array> => hpke.seal({ publicKey: a2.pkRm, plain: a2.plain, info, additional });
    const [one, two] = [await seal(), await seal()];
    expect(equalBytes(one, two)).toBe(false);
    for (const sealed of [one, two])
      expect(await hpke.open({ secretKey: a2.skRm, sealed, info, additional })).toEqual(a2.plain);
  });

  test("another key, info, additional, or any changed byte: undefined", async () => {
    for (const spoilt of spoiltOpenings(joinBytes(a2.enc, a2.ct))) expect(await hpke.open(spoilt)).toBeUndefined();
  });
});
