/** The conformance suites of what runs in pages too. The command outside runs them by name, and keeps their servers. */
import type { Subject } from "../subject.ts";
import { bootstrapDiscovery } from "../subjects/bootstrap.ts";
import { gunDiscovery, memoryDiscovery } from "../subjects/discovery.ts";
import { integratedDirect, integratedRelay } from "../subjects/integrated.ts";
import { peerjsDiscovery, peerjsTransport } from "../subjects/peerjs.ts";
import { trackerDiscovery } from "../subjects/tracker.ts";
import { webrtcTransport } from "../subjects/webrtc.ts";
import { type TrialOptions, tryOut, type Verdict } from "../trial.ts";
import { components, wholeClient } from "./page-engines.ts";
import { loadServer, openRelay, openTracker } from "./servers.ts";

declare global {
  interface Window {
    progress(line: string): Promise<void>;
    readonly subjectNames: readonly string[];
    trySubject(name: string, options: Omit<TrialOptions, "progress">): Promise<Verdict>;
  }
}

const subjects: readonly Subject[] = [
  webrtcTransport,
  peerjsTransport(loadServer),
  integratedDirect(openRelay),
  integratedRelay(openRelay),
  memoryDiscovery,
  bootstrapDiscovery,
  gunDiscovery(openRelay),
  peerjsDiscovery(loadServer),
  trackerDiscovery(components, openTracker),
  trackerDiscovery(wholeClient, openTracker),
];

Object.assign(window, {
  subjectNames: subjects.map(({ name }) => name),
  async trySubject(name: string, options: Omit<TrialOptions, "progress">): Promise<Verdict> {
    const subject = subjects.find((each) => each.name === name);
    if (subject === undefined) throw new Error(`no such subject: ${name}`);
    return await tryOut(subject, { ...options, progress: (line) => void window.progress(line) });
  },
});
