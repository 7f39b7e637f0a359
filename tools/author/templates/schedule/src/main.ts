import type { AppFunction } from '@skep/app';

type Note = { text: string };

export const note: AppFunction<Note> = (ctx, { text }) => ctx.store.create('note', { text });

/** manifest.json says when it runs: a schedule has the name of its function. */
export const remind: AppFunction = async (ctx) => {
  const notes = await ctx.store.list<Note>('note');
  if (notes.length === 0) return { sent: 0 };
  await ctx.notify({ title: 'Your notes for today', body: notes.map(({ data }) => data.text).join('\n') });
  await ctx.store.delete('note', { ids: notes.map(({ id }) => id) });
  return { sent: notes.length };
};
