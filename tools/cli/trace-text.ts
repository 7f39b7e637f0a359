import type { Output } from '@skep/client';

type Trace = Awaited<Output<'getTrace'>>;
type Part = Trace['parts'][number];

/** A trace as a tree: each part with its status, time and cost, and when it began, in milliseconds after the first. */
export function traceText({ trace_id, started_at, credits, tokens, parts, missing, is_truncated }: Trace): string {
  const calls = parts.filter(({ kind }) => kind === 'call').length;
  const start = Date.parse(started_at);
  return [
    `${trace_id}: ${calls} ${calls === 1 ? 'call' : 'calls'}, ${credits} credits, ${tokens} tokens`,
    ...parts.flatMap((part) => lines(part, start)),
    ...(missing.length ? [`These services did not answer, so their parts are missing: ${missing.join(', ')}.`] : []),
    ...(is_truncated ? ['There are more parts than are shown.'] : []),
  ].join('\n');
}

function lines({ kind, name, status, started_at, ended_at, credits, tokens, text, depth }: Part, start: number): string[] {
  const indent = '  '.repeat(depth);
  const at = Date.parse(started_at);
  const facts = [
    ...(status === null ? [] : [status]),
    `+${at - start} ms`,
    ...(ended_at === null ? [] : [`${Date.parse(ended_at) - at} ms`]),
    ...(credits ? [`${credits} credits`] : []),
    ...(tokens ? [`${tokens} tokens`] : []),
  ];
  return [`${indent}${kind} ${name}  ${facts.join(', ')}`, ...(text ? [`${indent}  ${text.replaceAll('\n', ' ')}`] : [])];
}
