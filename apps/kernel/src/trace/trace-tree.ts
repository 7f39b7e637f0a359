import type { TracePart } from '@skep/contracts';

/** Parts as a tree: each is followed by those that it caused, in the order of time. What has no known cause, or is its own, is a root. */
export function toTree<P extends TracePart>(parts: readonly P[]): (P & { depth: number })[] {
  const byTime = parts.toSorted((a, b) => a.started_at.getTime() - b.started_at.getTime() || (a.id < b.id ? -1 : 1));
  const ids = new Set(parts.map(({ id }) => id));
  const children = Map.groupBy(byTime, ({ id, parent_id }) =>
    parent_id !== null && parent_id !== id && ids.has(parent_id) ? parent_id : '',
  );
  const placed = new Set<P>();
  const branch = (part: P, depth: number): (P & { depth: number })[] => {
    if (placed.has(part)) return [];
    placed.add(part);
    return [{ ...part, depth }, ...(children.get(part.id) ?? []).flatMap((child) => branch(child, depth + 1))];
  };
  const roots = children.get('') ?? [];
  return [...roots.flatMap((part) => branch(part, 0)), ...byTime.flatMap((part) => branch(part, 0))];
}
