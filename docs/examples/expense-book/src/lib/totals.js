/** What was spent, in euros: in total, and by category with the largest first. */
export async function readTotals(ctx) {
  const expenses = await ctx.store.list('expense', { limit: 1000 });
  const cents = new Map();
  for (const { data } of expenses) cents.set(data.category, (cents.get(data.category) ?? 0) + data.cents);
  const by_category = [...cents].sort(([, a], [, b]) => b - a).map(([category, sum]) => ({ category, euros: sum / 100 }));
  return { total: [...cents.values()].reduce((sum, part) => sum + part, 0) / 100, by_category };
}
