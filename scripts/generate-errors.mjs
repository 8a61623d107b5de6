// docs/errors.md: every code, from each package's error table. Reads sources, so nothing need be built.
import { readFile } from "node:fs/promises";
import { exists, load, packageFolders, root } from "./first-party.mjs";
import { isMain, writeOrCheck } from "./generated-file.mjs";

const preface = `# Errors

Generated from the error tables by \`npm run generate\`. Do not edit.

Every error that leaves Swarm Space is a \`SwarmError\` with a stable \`code\`. Branch on the code, never on the words:
\`SwarmError.is(error, "PEER_ABSENT")\`. \`error.cure\` says what to do, \`error.detail\` holds facts for programs, \`error.cause\` what was behind it.
`;

/** Where a package's codes stand; the first of them exports `errorTable`, with all. */
const homes = ["src/errors/error-table.ts", "src/error-table.ts"];

async function tables() {
  const found = [];
  for (const folder of ["core", ...(await packageFolders()).filter((each) => each !== "core")]) {
    const files = homes.map((file) => `packages/${folder}/${file}`);
    const there = (await Promise.all(files.map((file) => exists(`${root}${file}`)))).flatMap((is, at) =>
      is ? [files[at]] : [],
    );
    if (there.length === 0) continue;
    const meanings = new Map((await Promise.all(there.map(meaningsIn))).flat());
    found.push({ folder, table: (await load(there[0])).errorTable, meanings });
  }
  return found;
}

/** What stands above each code. */
async function meaningsIn(file) {
  const text = await readFile(`${root}${file}`, "utf8");
  return [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+([A-Z][A-Z0-9_]*):/g)].map(([, comment, code]) => [
    code,
    comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim(),
  ]);
}

/** A code means one thing, whoever throws it. */
function refuseRepeats(found) {
  const owners = new Map();
  for (const { folder, table } of found) {
    for (const code of Object.keys(table)) {
      if (owners.has(code)) throw new Error(`${code} stands in the tables of ${owners.get(code)} and ${folder}.`);
      owners.set(code, folder);
    }
  }
}

function section({ folder, table, meanings }) {
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = Object.entries(table).map(([code, cure]) => {
    if (!meanings.has(code)) throw new Error(`${code} of ${folder} has no meaning above it.`);
    return `| \`${code}\` | ${cell(meanings.get(code))} | ${cell(cure)} |`;
  });
  return `## @swarm-space/${folder}\n\n| code | meaning | what to do |\n|---|---|---|\n${rows.join("\n")}\n`;
}

export async function generateErrors() {
  const found = await tables();
  refuseRepeats(found);
  await writeOrCheck("docs/errors.md", [preface, ...found.map(section)].join("\n"));
}

if (isMain(import.meta.url)) await generateErrors();
