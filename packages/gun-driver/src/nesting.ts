/** Whether brackets open deeper than `maxDepth` anywhere outside strings. */
export function nests(text: string, maxDepth: number): boolean {
  const bracket = /["[\]{}]/g;
  let depth = 0;
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    const sign = found[0];
    if (sign === '"') {
      bracket.lastIndex = endOfString(text, bracket.lastIndex);
    } else if (sign === "[" || sign === "{") {
      depth += 1;
      if (depth > maxDepth) return true;
    } else depth -= 1;
  }
  return false;
}

/** Where the string that begins at `from` is over. */
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}
