import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { factoryFile, makeFactory, readInstalledGun } from "../../../scripts/build-gun.mjs";
import { makeGun } from "../src/generated/gun-factory.ts";
import { createGunGlobals } from "../src/gun-globals.ts";
import { TimerShelf } from "../src/timer-shelf.ts";
import { clock, random } from "./clock.ts";

test("the generated factory is what the generator makes of the installed gun", () => {
  expect(readFileSync(factoryFile, "utf8") === makeFactory(readInstalledGun())).toBe(true);
});

test("the licence notice is kept", () => {
  expect(makeFactory(readInstalledGun())).toContain("Permission is hereby granted, free of charge");
});

test("two Guns share nothing, and the process's own String, Object and setTimeout stay as they were", () => {
  const make = () => makeGun(createGunGlobals(clock, random, new TimerShelf(clock, () => undefined)));
  const [one, other] = [make(), make()];
  expect(one).not.toBe(other);
  expect(one.chain).not.toBe(other.chain);
  expect(Object.keys(String)).toEqual([]);
  expect(Object.keys(Object)).toEqual([]);
  expect(Object.keys(setTimeout)).toEqual([]);
});
