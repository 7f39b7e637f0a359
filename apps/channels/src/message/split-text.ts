/** Splits a text into parts of at most `max` characters: between paragraphs if possible, else lines, sentences or words. */
export function splitText(text: string, max: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > max) {
    const end = endOf(rest, max);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest ? [...parts, rest] : parts;
}

const BREAKS = ['\n\n', '\n', '. ', ' '];

/** Where the first part ends. A break in its first half would leave it too short. */
function endOf(text: string, max: number): number {
  for (const at of BREAKS) {
    const found = text.lastIndexOf(at, max - at.trimEnd().length);
    if (found >= max / 2) return found + at.trimEnd().length;
  }
  // Not between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]/.test(text[max - 1]!) ? max - 1 : max;
}
