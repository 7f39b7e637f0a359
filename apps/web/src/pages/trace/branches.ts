import type { Shapes } from '../../data/api.js';

export type Part = Shapes['TraceNode'];

/** A part with those that it caused. */
export interface Branch {
  part: Part;
  branches: Branch[];
}

/** What a reader may look at alone, by kinds of parts. */
export const VIEWS = {
  all: undefined,
  work: ['call', 'confirmation', 'run', 'step', 'execution', 'model'],
  money: ['hold', 'entry'],
  records: ['event', 'audit'],
} as const satisfies Record<string, readonly Part['kind'][] | undefined>;
export type View = keyof typeof VIEWS;

/** The tree of a list in which each part is followed by those that it caused. What is not in the view leaves its place to what it caused. */
export function toBranches(parts: readonly Part[], view: View): Branch[] {
  const kinds: readonly string[] | undefined = VIEWS[view];
  const roots: Branch[] = [];
  const around: { depth: number; branches: Branch[] }[] = [];
  for (const part of parts) {
    while (around.length && around.at(-1)!.depth >= part.depth) around.pop();
    const siblings = around.at(-1)?.branches ?? roots;
    if (kinds && !kinds.includes(part.kind)) continue;
    const branch = { part, branches: [] };
    siblings.push(branch);
    around.push({ depth: part.depth, branches: branch.branches });
  }
  return roots;
}

/** The time that a trace takes, in milliseconds since 1970. */
export interface Span {
  start: number;
  end: number;
}

export function spanOf(parts: readonly Part[]): Span {
  const times = parts.flatMap(({ started_at, ended_at }) => [Date.parse(started_at), Date.parse(ended_at ?? started_at)]);
  return { start: Math.min(...times), end: Math.max(...times) };
}
