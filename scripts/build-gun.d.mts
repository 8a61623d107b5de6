export interface InstalledGun {
  readonly version: string;
  readonly source: string;
  readonly licence: string;
}
export const factoryFile: string;
export function readInstalledGun(): InstalledGun;
export function makeFactory(gun: InstalledGun): string;
