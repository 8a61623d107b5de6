import { forkPeerServer } from "./peer-servers.ts";
import { openRelayServer } from "./relay-server.ts";
import type { Subject } from "./subject.ts";
import { bootstrapDiscovery } from "./subjects/bootstrap.ts";
import { datagramTransport } from "./subjects/datagram-transport.ts";
import { gunDiscovery, memoryDiscovery } from "./subjects/discovery.ts";
import { finderDiscoveries } from "./subjects/finder.ts";
import { gunTransport } from "./subjects/gun-transport.ts";
import { integratedDirect, integratedRelay } from "./subjects/integrated.ts";
import { gunMailbox, memoryMailbox } from "./subjects/mailboxes.ts";
import { mediumTransport } from "./subjects/medium-transport.ts";
import { memoryTransport } from "./subjects/memory-transport.ts";
import { peerjsDiscovery, peerjsTransport } from "./subjects/peerjs.ts";
import { idbStoreSubject, levelStoreSubject, memoryStoreSubject } from "./subjects/stores.ts";
import { webrtcTransport } from "./subjects/webrtc.ts";

/** Everything that the suites are run on. Another one is another line. */
export const subjects: readonly Subject[] = [
  memoryTransport,
  datagramTransport,
  mediumTransport,
  gunTransport,
  webrtcTransport,
  peerjsTransport(forkPeerServer),
  integratedDirect(openRelayServer),
  integratedRelay(openRelayServer),
  memoryMailbox,
  gunMailbox,
  memoryDiscovery,
  bootstrapDiscovery,
  gunDiscovery(openRelayServer),
  peerjsDiscovery(forkPeerServer),
  ...finderDiscoveries,
  memoryStoreSubject,
  levelStoreSubject,
  idbStoreSubject,
];
