/** The meters whose usage is above their limit. A negative limit means no limit. */
export const exceededMeters = (limits: Readonly<Record<string, number>>, usage: Readonly<Record<string, number>>): string[] =>
  Object.entries(limits).flatMap(([meter, limit]) => (limit >= 0 && (usage[meter] ?? 0) > limit ? [meter] : []));
