// docs/errors.md: every code, from each package's error table. Reads sources, so nothing need be built.
import { exists, load, packageFolders, root } from "./first-party.mjs";
import { isMain, writeOrCheck } from "./generated-file.mjs";

const preface = `# Errors

Generated from the error tables by \`npm run generate\`. Do not edit.

Every error that leaves Swarm Space is a \`SwarmError\` with a stable \`code\`. Branch on the code, never on the words:
\`SwarmError.is(error, "PEER_ABSENT")\`. \`error.cure\` says what to do, \`error.detail\` holds facts for programs, \`error.cause\` what was behind it.
`;

async function tables() {
  const found = [];
  for (const folder of ["core", ...(await packageFolders()).filter((each) => each !== "core")]) {
    const path = ["src/errors/error-table.ts", "src/error-table.ts"].map((file) => `packages/${folder}/${file}`);
    for (const file of path)
      if (await exists(`${root}${file}`)) found.push({ folder, table: (await load(file)).errorTable });
  }
  return found;
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

function section({ folder, table }) {
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = Object.entries(table).map(
    ([code, { meaning, cure }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(cure)} |`,
  );
  return `## @swarm-space/${folder}\n\n| code | meaning | what to do |\n|---|---|---|\n${rows.join("\n")}\n`;
}

export async function generateErrors() {
  const found = await tables();
  refuseRepeats(found);
  await writeOrCheck("docs/errors.md", [preface, ...found.map(section)].join("\n"));
}

if (isMain(import.meta.url)) await generateErrors();
