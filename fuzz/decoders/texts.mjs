import { createHash } from "node:crypto";
import { anyJson, textBytes, textOf } from "../json.mjs";

const configSeed = `{
  // a comment
  "network": "swarm-space",
  "messaging": { "ttlMs": 5000, "maxLetterBytes": 1024 },
  "start": { "openTimeoutMs": 1000 },
  "plugins": [ { "use": "@swarm-space/transport-gun", "with": { "relays": ["http://127.0.0.1:1/gun"] } }, { "use": "x", "enabled": false }, ],
}`;

/** Files that a person, or somebody else, may have written: the key file and the configuration. */
export async function textDecoders(load) {
  const keyFile = await load("core", "node/key-file-text");
  const { identityFromSecret } = await load("core", "security/identity");
  const { parseJsonConfig } = await load("core", "node/parse-json-config");
  const { resolveConfig } = await load("core", "assembly/resolve-config");
  const { SwarmError } = await load("core", "errors/index");
  const secret = new Uint8Array(32).fill(5);
  const text = keyFile.writeKeyFileText({ peer: identityFromSecret(secret).id, secret });
  const nowhere = () => Promise.reject(new SwarmError("PLUGIN_NOT_FOUND", "there are no plugins here"));

  return [
    {
      name: "key-file",
      seeds: [textBytes(text), textBytes(text.replace("/1\n", "/2\n"))],
      tokens: ["\n", "\r\n", "\ufeff", "swarm-space-identity/", "peer ", "secret ", "check "].map(textBytes),
      make: (random) => makeKeyFile(random, text),
      run: (bytes) => void keyFile.readKeyFileText(textOf(bytes), "a.key"),
    },
    {
      name: "config-json",
      seeds: [textBytes(configSeed), textBytes("{}")],
      tokens: [
        '"__proto__":',
        '"constructor":',
        '"plugins":',
        "[[",
        "{}",
        "/*",
        "//",
        '"',
        "\\u0000",
        "1e999",
        "null,",
        ",",
      ].map(textBytes),
      make: (random) =>
        textBytes(
          random.chance(0.5)
            ? anyJson(random, 6)
            : `{"plugins":[${anyJson(random, 3)},{"use":${anyJson(random, 1)},"with":${anyJson(random, 3)}}],"messaging":${anyJson(random, 2)}}`,
        ),
      run(bytes, turn) {
        const config = parseJsonConfig(textOf(bytes), "swarm.config.json");
        return turn % 16 < 2 ? resolveConfig(config, nowhere).then(() => "resolved") : typeof config;
      },
    },
  ];
}

/** A file with a line changed and a checksum that fits all the same. */
function makeKeyFile(random, text) {
  const lines = text.split("\n").slice(0, 3);
  const at = random.integer(3);
  const line = [...lines[at]];
  line.splice(random.integer(line.length + 1), random.integer(3), ..."a7 \n0/A".slice(random.integer(8)).slice(0, 2));
  lines[at] = line.join("");
  const joined = `${lines.join("\n")}\n`;
  return textBytes(`${joined}check ${createHash("sha256").update(joined).digest("hex").slice(0, 16)}\n`);
}
