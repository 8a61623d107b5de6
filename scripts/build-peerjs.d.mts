export interface InstalledPeerjs {
  readonly version: string;
  readonly source: string;
  readonly licence: string;
}
export const peerjsFactoryFile: string;
export function readInstalledPeerjs(): InstalledPeerjs;
export function makePeerjsFactory(peerjs: InstalledPeerjs): string;
