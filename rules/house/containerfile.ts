/** One instruction of a Containerfile, its continued lines joined. */
interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** What the file may count on. */
export interface ContainerPlace {
  /** Whether the build's context has this path, told from its root. */
  has(path: string): boolean;
  /** Programs of the base image. */
  readonly programs: ReadonlySet<string>;
  /** Commands that the lockfile's packages bring, for `npx`. */
  readonly commands: ReadonlySet<string>;
}

const words = new Set("FROM WORKDIR COPY RUN ENV USER VOLUME EXPOSE HEALTHCHECK ENTRYPOINT".split(" "));

/** Instructions in order; comments are left out. Pure. */
export function instructionsOf(text: string): readonly Instruction[] {
  return text
    .replace(/^#.*$/gm, "")
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      return { word, rest: rest.trim() };
    });
}

/** What would fail in a build or at its start: sources that are not there, stages, programs and files that nobody brings. Pure. */
export function containerFaults(text: string, place: ContainerPlace): readonly string[] {
  const stages = new Set<string>();
  const faults: string[] = [];
  for (const { word, rest } of instructionsOf(text)) {
    if (!words.has(word)) faults.push(`${word}: no instruction`);
    const [, stage] = word === "FROM" ? (/ AS (\S+)$/.exec(rest) ?? []) : [];
    if (stage) stages.add(stage);
    if (word === "COPY") faults.push(...copyFaults(rest, stages, place));
    for (const command of commandsOf(word, rest)) faults.push(...commandFaults(command, place));
  }
  return faults;
}

function copyFaults(rest: string, stages: ReadonlySet<string>, { has }: ContainerPlace): readonly string[] {
  const parts = rest.split(/\s+/);
  const from = parts.find((part) => part.startsWith("--from="))?.slice("--from=".length);
  if (from !== undefined) return stages.has(from) ? [] : [`COPY: no stage ${from} before it`];
  const sources = parts.filter((part) => !part.startsWith("--")).slice(0, -1);
  return sources.filter((source) => !has(source)).map((source) => `COPY: the context has no ${source}`);
}

/** Each command as its words. */
function commandsOf(word: string, rest: string): readonly (readonly string[])[] {
  if (word === "RUN") return rest.split(/\s*&&\s*/).map((command) => command.split(/\s+/));
  if (word !== "ENTRYPOINT" && word !== "HEALTHCHECK") return [];
  return [JSON.parse(rest.slice(rest.indexOf("[")))];
}

function commandFaults(
  [program = "", first = "", ...more]: readonly string[],
  place: ContainerPlace,
): readonly string[] {
  if (!place.programs.has(program)) return [`the image has no ${program}`];
  if (program === "npx" && !place.commands.has(first)) return [`no package brings ${first}`];
  if (program === "npm" && first === "ci" && !place.has("package-lock.json")) return ["npm ci: no package-lock.json"];
  const isScript = program === "node" && first !== "-e";
  return isScript && !place.has(first) ? [`there is no ${[first, ...more].join(" ")}`] : [];
}
