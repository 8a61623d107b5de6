/**
 * One spelling for each relay: `ws:` or `wss:`, no slash at the end, no user, query or fragment.
 * @returns undefined where the text is no URL of a relay
 */
export function normalizeRelayUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  const scheme = schemes.find(([from]) => from === url.protocol)?.[1];
  if (scheme === undefined || url.hostname === "") return undefined;
  return `${scheme}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}

const schemes = [
  ["ws:", "ws:"],
  ["wss:", "wss:"],
  ["http:", "ws:"],
  ["https:", "wss:"],
] as const;
