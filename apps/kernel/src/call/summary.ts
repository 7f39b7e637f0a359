import type { RunResult } from '../ir/run-function.js';
import { isObject } from '../ir/ir.js';

const SENTENCES: Readonly<Record<string, string>> = {
  'store.create': 'Saved.',
  'store.get': 'Found.',
  'ai.complete': 'Answered.',
  call: 'Done.',
  send: 'Sent.',
  navigate: 'Opening.',
  open: 'Opening.',
};
const COUNT_VERBS: Readonly<Record<string, string>> = { 'store.list': 'Found', 'store.update': 'Changed', 'store.delete': 'Deleted' };

/** A short sentence that says what the last step did. */
export function summaryOf({ trace, steps, prev }: Pick<RunResult, 'trace' | 'steps' | 'prev'>): string {
  const last = trace.findLast(({ op }) => op !== 'conditional');
  if (!last) return 'Done.';
  const result = steps[last.step] ?? prev;
  if (last.op === 'store.get' && isObject(result) && result['doc'] === null) return 'Not found.';
  const counted = COUNT_VERBS[last.op];
  return counted && isObject(result) ? `${counted} ${Number(result['count'])}.` : (SENTENCES[last.op] ?? 'Done.');
}
