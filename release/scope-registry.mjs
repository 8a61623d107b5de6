import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

/**
 * Serves packed packages of this scope on loopback as a registry does, so that npm resolves their ranges as a user's npm would:
 * no overrides, no links. All else comes from the registry that npm is set to.
 * @param {readonly { manifest: { name: string, version: string }, file: string }[]} packed
 */
export async function serveScope(packed) {
  const byName = new Map(packed.map((each) => [each.manifest.name, each]));
  const byFile = new Map(packed.map(({ file }) => [basename(file), file]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/").slice(1);
    const file = byFile.get(basename(path));
    const known = byName.get(path);
    if (file !== undefined) return response.end(readFileSync(file));
    if (known === undefined) return response.writeHead(404).end("{}");
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(packument(known, `http://${request.headers.host}/`)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function packument({ manifest, file }, base) {
  const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  const dist = { tarball: `${base}${basename(file)}`, integrity };
  return {
    name: manifest.name,
    "dist-tags": { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, dist } },
  };
}
