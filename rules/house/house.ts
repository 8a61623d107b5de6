import type { Source } from "./source.ts";

/** What the laws read of a package.json. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly sideEffects?: boolean | readonly string[];
  readonly engines?: { readonly node?: string };
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access?: string };
  readonly keywords?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface House {
  readonly sources: readonly Source[];
  /** By package folder, as "core". */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly rootManifest: Manifest;
  /** Package folders that the root tsconfig.json refers to. */
  readonly references: readonly string[];
}

/** Says what is wrong, one line each, beginning with the place. Empty: the law is kept. */
export type Law = (house: House) => readonly string[];

/** "core" of "packages/core/src/index.ts"; empty outside of packages/. */
export function folderOf(path: string): string {
  return /^packages\/([^/]+)\//.exec(path)?.[1] ?? "";
}

/** Whether it ships: a file under some package's src. */
export function isShipped(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path);
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || /^packages\/[^/]+\/test\//.test(path) || path.startsWith("tests/");
}

/** The package's own name of "zod", "zod/mini", "@noble/curves/ed25519.js"; empty for relative paths and built-ins. */
export function packageOf(specifier: string): string {
  if (/^(\.|\/|node:|#)/.test(specifier)) return "";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
