import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makePeerjsFactory, peerjsFactoryFile, readInstalledPeerjs } from "../../../scripts/build-peerjs.mjs";

test("the generated factory is what the generator makes of the installed peerjs", () => {
  expect(readFileSync(peerjsFactoryFile, "utf8") === makePeerjsFactory(readInstalledPeerjs())).toBe(true);
});

test("the licence notice is kept", () => {
  expect(makePeerjsFactory(readInstalledPeerjs())).toContain("Permission is hereby granted, free of charge");
});
