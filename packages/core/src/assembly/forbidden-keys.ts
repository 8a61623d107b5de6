import { type ConfigPath, type ConfigProblem, formatPath } from "./config-problem.ts";

const deepest = 64;
const most = 100_000;

/** Own keys that would change an object's nature if they were copied. Schemas that take any key let them pass, so they are looked for here. */
export function findForbiddenKeys(value: unknown): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  let left = most;
  const look = (at: unknown, path: ConfigPath): void => {
    if (typeof at !== "object" || at === null || path.length > deepest || left <= 0) return;
    for (const key of Object.keys(at)) {
      left -= 1;
      const here = [...path, Array.isArray(at) ? Number(key) : key];
      if (key === "__proto__") problems.push(refuse(here));
      else if (isData(Reflect.get(at, key))) look(Reflect.get(at, key), here);
    }
  };
  if (isData(value)) look(value, []);
  return problems;
}

function refuse(path: ConfigPath): ConfigProblem {
  return {
    path: formatPath(path),
    code: "OPTION_UNKNOWN",
    expected: "no such key",
    found: 'an unknown key "__proto__"',
  };
}

/** Options in code may hold instances; only what a file could hold is walked. */
function isData(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
