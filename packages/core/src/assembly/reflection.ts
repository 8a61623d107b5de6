import "reflect-metadata";

/**
 * `part`, which needs the metadata functions of `Reflect` at its own first line, as tsyringe does. They come by this module, and
 * not beside tsyringe's import: a bundler runs CommonJS where its importer stands, and so behind every ES module of that importer.
 * A name, and not a bare import: packages without side effects lose those.
 */
export function reflecting<Part>(part: Part): Part {
  return part;
}
