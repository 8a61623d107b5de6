const columnPx = 7.83;
const linePx = 19;
const marginPx = 18;

/** Lines of a terminal as a picture, with a title above; the first line stands out. Pure. */
export function terminalPicture(title: string, lines: readonly string[]): string {
  const columns = Math.max(title.length, ...lines.map((line) => line.length));
  const width = Math.ceil(columns * columnPx + 2 * marginPx);
  const height = lines.length * linePx + 2 * marginPx + 32;
  const text = lines.map((line, at) => {
    const y = marginPx + 40 + at * linePx;
    return line === ""
      ? ""
      : `<text x="${marginPx}" y="${y}"${at === 0 ? ' fill="#7fb4ff"' : ""}>${escapeText(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" xml:space="preserve">`,
    `<rect width="${width}" height="${height}" rx="10" fill="#15171c"/>`,
    ...["#ff6b5e", "#f5bf4f", "#61c554"].map(
      (colour, at) => `<circle cx="${marginPx + 6 + at * 18}" cy="20" r="5.5" fill="${colour}"/>`,
    ),
    `<text x="${width / 2}" y="24" text-anchor="middle" fill="#a6abb6">${escapeText(title)}</text>`,
    `<g fill="#eceae5">`,
    ...text.filter((line) => line !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
