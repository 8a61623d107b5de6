// The editor schema of configuration files: packages/core/swarm.schema.json, from core's outer schema and each first-party plugin's own.
import * as z from "zod";
import { load, loadPlugins } from "./first-party.mjs";
import { isMain, writeOrCheck } from "./generated-file.mjs";

/** The JSON form of what may be written for `schema`. */
export function toInputSchema(schema) {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return plain;
}

/** A plugin's schema stands inside another one, where a reference to its own root would lead astray. */
function toNestedSchema(plugin) {
  const schema = toInputSchema(plugin.config);
  if (JSON.stringify(schema).includes('"$ref"'))
    throw new Error(`${plugin.id}: options that refer to themselves cannot be told to an editor.`);
  return schema;
}

/** Which options are valid hangs on `use`; of an unknown plugin any object is. */
function pluginItems(entry, plugins) {
  const allOf = plugins.map((plugin) => {
    const options = toNestedSchema(plugin);
    const needed = (options.required ?? []).length > 0 ? { required: ["with"] } : {};
    return {
      if: { properties: { use: { const: plugin.id } }, required: ["use"] },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema; nobody awaits it
      then: { properties: { with: options }, ...needed },
    };
  });
  const { minLength, maxLength, type, description } = entry.properties.use;
  const use = { description, anyOf: [{ enum: plugins.map((plugin) => plugin.id) }, { type, minLength, maxLength }] };
  return { ...entry, properties: { ...entry.properties, use }, ...(allOf.length > 0 ? { allOf } : {}) };
}

export async function generateSchema() {
  const { configSchema } = await load("packages/core/dist/index.js");
  const outer = toInputSchema(configSchema);
  const list = outer.properties.plugins;
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Swarm Space configuration",
    ...outer,
    properties: { ...outer.properties, plugins: { ...list, items: pluginItems(list.items, await loadPlugins()) } },
  };
  await writeOrCheck("packages/core/swarm.schema.json", `${JSON.stringify(schema, undefined, 2)}\n`);
}

if (isMain(import.meta.url)) await generateSchema();
