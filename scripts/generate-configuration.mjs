// docs/configuration.md: every option of core and of each first-party plugin, from the schemas that check them.
import { load, loadPlugins } from "./first-party.mjs";
import { toInputSchema } from "./generate-schema.mjs";
import { isMain, writeOrCheck } from "./generated-file.mjs";

const preface = `# Configuration

Generated from the schemas by \`npm run generate\`. Do not edit.

A configuration is a \`swarm.config.json\` (comments and trailing commas are welcome), or the default export of a \`swarm.config.ts\`,
\`.js\` or \`.mjs\`. \`swarm-space config check FILE\` lists all problems of one at once, each with its path.
`;

function cell(text) {
  return String(text).replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Bounds that were set, not those of the number's own kind. */
function bounds(schema) {
  const isSet = (value) => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  if (isSet(low) && isSet(high)) return `, ${low} to ${high}`;
  const words = [
    [low, "at least"],
    [schema.exclusiveMinimum, "more than"],
    [high, "at most"],
    [schema.exclusiveMaximum, "less than"],
  ];
  return words.flatMap(([value, word]) => (isSet(value) ? [`, ${word} ${value}`] : [])).join("");
}

/** What a person can make use of; the words of a pattern stand in the option's own description. */
function formatWords({ format, pattern }) {
  const prefix = /^\^((?:[^\\^$.*+?()[\]{}|]|\\.)+)\.\*$/.exec(pattern ?? "")?.[1];
  if (format === "starts_with" && prefix !== undefined) return ` that begins with \`${prefix.replaceAll("\\", "")}\``;
  return format === "uri" ? " (a URL)" : "";
}

function typeWords(schema) {
  if (schema === undefined || schema === true) return "any";
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${JSON.stringify(each)}\``).join(" or ");
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(typeWords))].join(" or ");
  if (schema.type === "array") return `list of ${typeWords(schema.items)}${bounds(schema)}`;
  if (schema.type === "integer") return `whole number${bounds(schema)}`;
  if (schema.type === "number") return `number${bounds(schema)}`;
  if (schema.type === "string") return `text${formatWords(schema)}${bounds(schema)}`;
  if (schema.type === "object" && schema.additionalProperties instanceof Object)
    return `object of ${typeWords(schema.additionalProperties)}`;
  return schema.type ?? "any";
}

/** Fields of an object, those of objects inside it after it under dotted names. */
function rows(schema, prefix = "", isOptional = false) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isInner = field.type === "object" && field.properties !== undefined;
    const fallback =
      field.default !== undefined && !isInner
        ? `\`${JSON.stringify(field.default)}\``
        : required.has(name) && !isOptional
          ? "required"
          : "–";
    const row = `| \`${prefix}${name}\` | ${cell(typeWords(field))} | ${cell(fallback)} | ${cell(field.description ?? "")} |`;
    const inner =
      field.type === "array"
        ? { of: field.items, prefix: `${prefix}${name}[].` }
        : { of: field, prefix: `${prefix}${name}.` };
    const alternatives = [inner.of, ...(inner.of?.anyOf ?? []), ...(inner.of?.oneOf ?? [])];
    return [row, ...alternatives.flatMap((each) => (each instanceof Object ? rows(each, inner.prefix, false) : []))];
  });
}

function table(schema) {
  const all = rows(schema);
  if (all.length === 0) return "No options.\n";
  return `| option | type | default | meaning |\n|---|---|---|---|\n${all.join("\n")}\n`;
}

export async function generateConfiguration() {
  const { configSchema } = await load("packages/core/dist/index.js");
  const sections = [preface, `## The file\n\n${table(toInputSchema(configSchema))}`];
  for (const plugin of await loadPlugins()) sections.push(`## ${plugin.id}\n\n${table(toInputSchema(plugin.config))}`);
  await writeOrCheck("docs/configuration.md", sections.join("\n"));
}

if (isMain(import.meta.url)) await generateConfiguration();
