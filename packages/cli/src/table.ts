import Table from "cli-table3";

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
};
const lines = { "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" };

/** Columns under a head, without colours, two spaces apart. */
export function formatTable(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const table = new Table({
    head: [...head],
    chars: { ...bare, ...lines, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? "–" : String(cell)))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
