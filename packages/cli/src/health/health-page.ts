import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "@swarm-space/core";

/** One service as the page shows it. */
export interface ServiceHealth {
  readonly name: string;
  readonly isUp: boolean;
  /** Where others reach it. */
  readonly url?: string;
  /** What it counts, by name. */
  readonly counts?: object;
}

export interface HealthPageOptions {
  readonly clock: Clock;
  readonly port: number;
  readonly host: string;
  /** Asked at each request. */
  services(): readonly ServiceHealth[];
}

/** The page of health, served. */
export interface RunningHealthPage {
  readonly url: string;
  readonly port: number;
  /** Twice is harmless. */
  close(): Promise<void>;
}

const maxConnections = 64;
/** How long a request may take in all. */
const requestMs = 5_000;

/**
 * Tells how the services fare: `GET /health` as JSON, with 200 where all are up and 503 where one is not; `GET /` for people. Rejects
 * when its port cannot be had.
 */
export async function openHealthPage(o: HealthPageOptions): Promise<RunningHealthPage> {
  const { clock, host, port: asked, services } = o;
  const startedAt = clock.now();
  const server = createServer({ headersTimeout: requestMs, requestTimeout: requestMs, keepAliveTimeout: 1_000 });
  server.maxConnections = maxConnections;
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("request", (request, response) => {
    const upSeconds = Math.floor((clock.now() - startedAt) / 1_000);
    answer(request, response, services(), upSeconds);
  });
  const port = await listen(server, asked, host);
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/`,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  services: readonly ServiceHealth[],
  upSeconds: number,
): void {
  const isWell = services.every(({ isUp }) => isUp);
  const send = (status: number, type: string, text: string) =>
    response
      .writeHead(status, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
      })
      .end(method === "HEAD" ? undefined : text);
  if (method !== "GET" && method !== "HEAD") send(405, "text/plain", "GET alone.\n");
  else if (url === "/health")
    send(isWell ? 200 : 503, "application/json", `${JSON.stringify({ isWell, upSeconds, services })}\n`);
  else if (url === "/") send(200, "text/html", pageOf(services, upSeconds));
  else send(404, "text/plain", "No such page.\n");
}

/** Pure. Nothing on it comes from clients but numbers. */
export function pageOf(services: readonly ServiceHealth[], upSeconds: number): string {
  const rows = services.map(({ name, isUp, url, counts }) => {
    const told = Object.entries(counts ?? {}).map(([what, count]) => `${asText(what)} ${asText(String(count))}`);
    const cells = [asText(name), isUp ? "up" : "<strong>down</strong>", asText(url ?? ""), told.join(", ")];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>swarm-space infra</title>
<style>body{font:16px/1.5 system-ui;margin:2rem}td,th{padding:.25rem 1rem .25rem 0;text-align:left;vertical-align:top}</style>
<h1>swarm-space infra</h1>
<p>Up for ${upSeconds} s. The same <a href="/health">as JSON</a>.</p>
<table>
<tr><th>service<th>state<th>address<th>counts</tr>
${rows.join("\n")}
</table>
</html>
`;
}

function asText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      server.on("error", () => undefined);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}
