import { readTotals } from './lib/totals.js';

export async function addExpense(ctx, { what, category, euros }) {
  const { id } = await ctx.store.create('expense', { what, category, cents: Math.round(euros * 100) });
  ctx.log.info('expense added', { id, category });
  return { id };
}

export const report = (ctx) => readTotals(ctx);
