/** Servers that a page's harness needs, and that no page can be: the command keeps them, each by its handle. */
export interface ServerCalls {
  loadPeerServer(): Promise<number>;
  listenPeerServer(handle: number, port: number): Promise<number>;
  killPeerServer(handle: number): Promise<void>;
  openRelay(): Promise<{ readonly handle: number; readonly url: string; readonly cables: readonly number[] }>;
  cutCable(handle: number, cable: number): Promise<void>;
  stopRelay(handle: number): Promise<void>;
  startRelay(handle: number): Promise<void>;
  closeRelay(handle: number): Promise<void>;
  openTracker(): Promise<{ readonly handle: number; readonly url: string }>;
  babbleAtTracker(handle: number, infoHash: string): Promise<void>;
  closeTracker(handle: number): Promise<void>;
}
