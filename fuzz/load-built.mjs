/** A module of a package as it was built, whether or not the package shows it. */
export function loadBuilt(folder, module) {
  return import(new URL(`../packages/${folder}/dist/${module}.js`, import.meta.url).href);
}
