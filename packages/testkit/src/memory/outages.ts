import type { TransportId } from "@swarm-space/core";
import type { EndName } from "./faults.ts";

/** What is away. A field left out matches all; at least one is given. */
export interface OutageScope {
  readonly transport?: TransportId;
  readonly rendezvous?: string;
  /** Address value or peer id: away for this node alone, as behind its own firewall. */
  readonly node?: string;
}

type Place = EndName & { readonly transport: TransportId; readonly rendezvous: string | undefined };

/** What of a memory network is away now. */
export class Outages {
  readonly #scopes = new Set<OutageScope>();

  begin(scope: OutageScope): () => void {
    const own = { ...scope };
    this.#scopes.add(own);
    return () => void this.#scopes.delete(own);
  }

  problemOf(place: Place): string | undefined {
    for (const scope of this.#scopes) {
      if (scope.transport !== undefined && scope.transport !== place.transport) continue;
      if (scope.rendezvous !== undefined && scope.rendezvous !== place.rendezvous) continue;
      if (scope.node !== undefined && scope.node !== place.name && scope.node !== place.peer) continue;
      return scope.rendezvous === undefined
        ? `${place.transport} is away`
        : `the rendezvous ${scope.rendezvous} is away`;
    }
    return undefined;
  }

  /** True where the outage takes the bytes of this link with it. */
  carries(link: {
    readonly transport: TransportId;
    readonly dialer: PlaceOfLink;
    readonly acceptor: PlaceOfLink;
  }): boolean {
    return [link.dialer, link.acceptor].some((end) => {
      const byRendezvous = this.problemOf({
        name: end.name,
        peer: end.peer,
        transport: link.transport,
        rendezvous: end.rendezvous,
      });
      if (byRendezvous === undefined) return false;
      const withoutRendezvous = this.problemOf({
        name: end.name,
        peer: end.peer,
        transport: link.transport,
        rendezvous: undefined,
      });
      return withoutRendezvous !== undefined || !end.capabilities.direct;
    });
  }
}

interface PlaceOfLink extends EndName {
  readonly rendezvous: string | undefined;
  readonly capabilities: { readonly direct: boolean };
}
