import type { Tool } from './tool.js';

const IN_NAME = 3;
const IN_DESCRIPTION = 1;

/** Words of a name or a text: of `links__saveURL` links, save, url. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** A word also matches its own beginnings and longer forms, from three letters on. */
const matches = (word: string, other: string): boolean =>
  word === other || (Math.min(word.length, other.length) >= 3 && (word.startsWith(other) || other.startsWith(word)));

type Named = Pick<Tool, 'name' | 'description'>;

/**
 * The tools whose name or description contains words that are in the query, best first. A word counts the more, the fewer tools have it. Tools that match
 * equally well keep their order.
 */
export function rankTools<T extends Named>(tools: readonly T[], query: string, most: number): T[] {
  const texts = tools.map(({ name, description }) => ({ name: wordsOf(name), description: wordsOf(description) }));
  const scores = tools.map(() => 0);
  for (const word of new Set(wordsOf(query))) {
    const points = texts.map(({ name, description }) =>
      name.some((other) => matches(word, other)) ? IN_NAME : description.some((other) => matches(word, other)) ? IN_DESCRIPTION : 0,
    );
    const rarity = Math.log(1 + tools.length / Math.max(1, points.filter(Boolean).length));
    for (const [n, found] of points.entries()) scores[n]! += found * rarity;
  }
  return tools
    .map((tool, n) => ({ tool, score: scores[n]! }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ tool }) => tool);
}
