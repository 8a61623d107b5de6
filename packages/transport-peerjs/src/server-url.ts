/** A PeerServer's place, in the words of PeerJS's options. */
export interface ServerAddress {
  /** As "https://host:443/path/": names the server in addresses, and so to breakers. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly secure: boolean;
}

const schemes: Readonly<Record<string, boolean>> = Object.freeze({
  "http:": false,
  "ws:": false,
  "https:": true,
  "wss:": true,
});

/** Undefined for what names no server. The same server gives the same text, however it is written. */
export function parseServerUrl(text: string): ServerAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
  const secure = Object.hasOwn(schemes, protocol) ? schemes[protocol] : undefined;
  if (secure === undefined || hostname === "" || username + password + search + hash !== "") return undefined;
  const path = pathname.endsWith("/") ? pathname : `${pathname}/`;
  const number = port === "" ? (secure ? 443 : 80) : Number(port);
  return {
    url: `${secure ? "https" : "http"}://${hostname}:${number}${path}`,
    host: hostname,
    port: number,
    path,
    secure,
  };
}
