/** Cuts a text into pieces of so many words; each begins with some of the words at the end of the one before. Lines stay as they are. */
export function cutIntoPieces(text: string, words: number, overlap: number): string[] {
  const places = Array.from(text.matchAll(/\S+/g), ({ index, 0: word }) => ({ from: index, to: index + word.length }));
  const step = Math.max(1, words - Math.min(overlap, words - 1));
  const pieces: string[] = [];
  for (let at = 0; at < places.length; at += step) {
    const last = Math.min(at + words, places.length) - 1;
    pieces.push(text.slice(places[at]!.from, places[last]!.to));
    if (last === places.length - 1) break;
  }
  return pieces;
}
