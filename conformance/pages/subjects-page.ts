/** The conformance suites of what runs in pages too. The command outside runs them by name; servers are its processes. */
import type { PeerServerProcess } from "../peerjs-place.ts";
import type { Subject } from "../subject.ts";
import { peerjsDiscovery, peerjsTransport } from "../subjects/peerjs.ts";
import { webrtcTransport } from "../subjects/webrtc.ts";
import { type TrialOptions, tryOut, type Verdict } from "../trial.ts";

declare global {
  interface Window {
    /** Resolves to the port. @param port 0 for a free one */
    startPeerServer(port: number): Promise<number>;
    /** @param port that of a server which was started */
    killPeerServer(port: number): Promise<void>;
    progress(line: string): Promise<void>;
    readonly subjectNames: readonly string[];
    trySubject(name: string, options: Omit<TrialOptions, "progress">): Promise<Verdict>;
  }
}

async function startServer(port: number): Promise<PeerServerProcess> {
  const own = await window.startPeerServer(port);
  return { port: own, kill: () => window.killPeerServer(own) };
}

const subjects: readonly Subject[] = [webrtcTransport, peerjsTransport(startServer), peerjsDiscovery(startServer)];

Object.assign(window, {
  subjectNames: subjects.map(({ name }) => name),
  async trySubject(name: string, options: Omit<TrialOptions, "progress">): Promise<Verdict> {
    const subject = subjects.find((each) => each.name === name);
    if (subject === undefined) throw new Error(`no such subject: ${name}`);
    return await tryOut(subject, { ...options, progress: (line) => void window.progress(line) });
  },
});
