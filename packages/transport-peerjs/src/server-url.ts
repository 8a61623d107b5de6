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

/** Undefined for what names no server. The same server gives the same text, however it is written. */
export function parseServerUrl(text: string): ServerAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
  const tls = /^(?:http|ws)(s?):$/.exec(protocol)?.[1];
  if (tls === undefined || username + password + search + hash !== "") return undefined;
  const path = pathname.endsWith("/") ? pathname : `${pathname}/`;
  const number = Number(port || (tls ? 443 : 80));
  return { url: `http${tls}://${hostname}:${number}${path}`, host: hostname, port: number, path, secure: tls !== "" };
}
