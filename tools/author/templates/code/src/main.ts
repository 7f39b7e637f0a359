import type { AppFunction } from '@skep/app';
import { wordsIn } from './words.ts';

/** Counts the words of a text, and remembers the user's longest one. */
export const countWords: AppFunction<{ text: string }> = async (ctx, { text }) => {
  const words = wordsIn(text);
  const [record] = await ctx.store.list<{ words: number }>('record', { limit: 1 });
  const longest = Math.max(words, record?.data.words ?? 0);
  if (!record) await ctx.store.create('record', { words });
  else if (longest > record.data.words) await ctx.store.update('record', { ids: [record.id] }, { words });
  ctx.log.info('counted', { words });
  return { words, longest };
};
