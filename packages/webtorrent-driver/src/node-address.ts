/** host:port, IPv6 in brackets: the port. */
export const nodeForm = /^(?:\[[0-9a-fA-F:.]+\]|[\p{L}\p{N}_.-]+):(\d{1,5})$/u;

/** Whether a DHT node can be there. Pure. */
export function isNodeAddress(text: string): boolean {
  const port = Number(nodeForm.exec(text)?.[1]);
  return port >= 1 && port <= 65_535;
}
