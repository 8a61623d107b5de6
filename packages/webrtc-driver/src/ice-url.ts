/** RFC 7064 §3.1 and RFC 7065 §3.1, `stun:host[:port]`, `turn:host[:port][?transport=udp]`: scheme, host, port, carrier. */
export const iceUrlForm = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[^\s:?@/[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
