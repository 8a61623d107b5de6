import { describe, expect, test } from "vitest";
import { readText } from "./house/repository.ts";

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Lockfile = Readonly<Record<string, Locked>>;

/** Entries that name where a package was fetched from. */
function hostsIn(lockfile: Lockfile): readonly string[] {
  return Object.entries(lockfile).flatMap(([path, { resolved }]) =>
    resolved && /^[a-z+]+:/.test(resolved) ? [`${path}: ${resolved}`] : [],
  );
}

/** Binaries of other platforms that have no entry: `npm ci` refuses such a lockfile. */
function missingIn(lockfile: Lockfile): readonly string[] {
  return Object.entries(lockfile).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          !Object.keys(lockfile).some(
            (place) => place === `node_modules/${name}` || place === `${path}/node_modules/${name}`,
          ),
      )
      .map((name) => `${name}, optional for ${path}`),
  );
}

describe("the lockfile", () => {
  const lockfile: Lockfile = JSON.parse(readText("package-lock.json")).packages;

  test("names no registry", () => expect(hostsIn(lockfile)).toEqual([]));
  test("has the binaries of every platform", () => expect(missingIn(lockfile)).toEqual([]));
});

test("planted faults are found", () => {
  const faulty: Lockfile = {
    "node_modules/a": {
      resolved: "https://packages.example.org/a.tgz",
      optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" },
    },
    "node_modules/a-linux": { resolved: "packages/a" },
  };
  expect(hostsIn(faulty)).toHaveLength(1);
  expect(missingIn(faulty)).toEqual(["a-darwin, optional for node_modules/a"]);
});
