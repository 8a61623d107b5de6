import { folderOf, isShipped, isTest, type Law } from "./house.ts";
import { boundNames } from "./names.ts";
import { type Source, walk } from "./source.ts";

const longestFile = 250;
const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|\bfor now\b/;
const silenced = /@ts-(ignore|nocheck)\b|biome-ignore-all\b/;
const code = /^\s*((const|let|var|import|export|return|await|throw)\b|if \(|for \(|this\.).*[;{}]\s*$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const vagueWords = /(^|[-.])(manager|helpers?|utils?|misc|common)([-.]|$)/;
const vagueType = /(Manager|Helper|Utils?)$|^I[A-Z][a-z]/;
const vagueNames = ["opts", "msg", "cfg"];

function inEvery(judge: (source: Source) => readonly string[]): Law {
  return (house) => house.sources.flatMap(judge);
}

/** Lines that hold code: neither blank nor comment alone. */
export function countCodeLines(source: Source): number {
  let bare = source.text;
  for (const { start, end } of source.comments) {
    bare = bare.slice(0, start) + bare.slice(start, end).replace(/[^\n]/g, " ") + bare.slice(end);
  }
  return bare.split("\n").filter((line) => line.trim() !== "").length;
}

/** One job a file: what is longer has two. */
export const filesStaySmall: Law = inEvery((source) => {
  const lines = countCodeLines(source);
  return isShipped(source.path) && lines > longestFile
    ? [`${source.path}: ${lines} lines of code, at most ${longestFile}`]
    : [];
});

/** No `any` without a reason beside it. */
export const anyHasAReason: Law = inEvery((source) => {
  const lines = source.text.split("\n");
  const problems: string[] = [];
  walk(source.program, (node) => {
    if (node.type !== "TSAnyKeyword") return;
    const line = source.lineOf(node.start);
    const nearby = `${lines[line - 2] ?? ""}\n${lines[line - 1] ?? ""}`;
    if (!/biome-ignore lint\/suspicious\/noExplicitAny: \S.{7,}/.test(nearby))
      problems.push(`${source.path}:${line}: any without a reason`);
  });
  return problems;
});

/** The compiler is answered, not silenced. */
export const compilerIsHeard: Law = inEvery((source) => {
  const problems: string[] = [];
  walk(source.program, (node) => {
    const line = source.lineOf(node.start);
    if (node.type === "TSNonNullExpression") problems.push(`${source.path}:${line}: "!" silences the compiler`);
    if (node.type !== "TSAsExpression" || node.expression.type !== "TSAsExpression") return;
    const middle = node.expression.typeAnnotation.type;
    if (middle === "TSUnknownKeyword" || middle === "TSAnyKeyword")
      problems.push(`${source.path}:${line}: a cast through unknown silences the compiler`);
  });
  for (const { value, start } of source.comments) {
    const line = source.lineOf(start);
    if (silenced.test(value)) problems.push(`${source.path}:${line}: ${silenced.exec(value)?.[0]}`);
    if (isShipped(source.path) && /@ts-expect-error\b/.test(value))
      problems.push(`${source.path}:${line}: @ts-expect-error in what ships`);
  }
  return problems;
});

/** Comments say why; they are no list of wishes and no attic. */
export const commentsAreFinished: Law = inEvery((source) =>
  source.comments.flatMap(({ value, start, type }) => {
    const place = `${source.path}:${source.lineOf(start)}`;
    if (unfinished.test(value)) return [`${place}: ${unfinished.exec(value)?.[0]} in a comment`];
    return type === "Line" && code.test(value) ? [`${place}: commented-out code`] : [];
  }),
);

/** Files are in kebab case, and nothing is called after nothing in particular. */
export const namesSaySomething: Law = inEvery((source) => {
  const stem = (source.path.split("/").at(-1) ?? "").replace(/\.[a-z]+$/, "");
  const problems = kebab.test(stem) ? [] : [`${source.path}: the file's name is not kebab-case`];
  if (vagueWords.test(stem)) problems.push(`${source.path}: the file's name says nothing`);
  walk(source.program, (node) => {
    const isNamed =
      node.type === "ClassDeclaration" ||
      node.type === "TSInterfaceDeclaration" ||
      node.type === "TSTypeAliasDeclaration";
    if (isNamed && node.id && vagueType.test(node.id.name))
      problems.push(`${source.path}:${source.lineOf(node.start)}: ${node.id.name} says nothing`);
  });
  const bound = boundNames(source);
  for (const name of vagueNames)
    if (bound.has(name)) problems.push(`${source.path}:${bound.get(name)}: ${name} is no name`);
  return problems;
});

/** Every test runs, each time, once. */
export const testsRun: Law = inEvery((source) => {
  if (!isTest(source.path) && folderOf(source.path) === "" && !source.path.startsWith("rules/")) return [];
  const problems: string[] = [];
  const isTester = (name: string): boolean => /^(test|it|describe|suite|bench)$/.test(name);
  walk(source.program, (node) => {
    const place = `${source.path}:${source.lineOf(node.start)}`;
    if (
      node.type === "MemberExpression" &&
      node.property.type === "Identifier" &&
      /^(skip|only|todo|skipIf|runIf|fails)$/.test(node.property.name)
    ) {
      const root = rootName(node.object);
      if (isTester(root)) problems.push(`${place}: ${root}.${node.property.name}`);
    }
    if (node.type !== "CallExpression") return;
    const name = rootName(node.callee);
    if (/^(xit|xtest|xdescribe|fit|fdescribe)$/.test(name)) problems.push(`${place}: ${name}`);
    const hasRetry =
      isTester(name) &&
      node.arguments.some(
        (part) =>
          part.type === "ObjectExpression" &&
          part.properties.some(
            (entry) =>
              entry.type === "Property" &&
              entry.key.type === "Identifier" &&
              /^(retry|skip|only|todo)$/.test(entry.key.name),
          ),
      );
    if (hasRetry) problems.push(`${place}: a test that is retried or left out`);
  });
  return problems;
});

function rootName(node: Parameters<typeof walk>[0]): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootName(node.object);
  return node.type === "CallExpression" ? rootName(node.callee) : "";
}
