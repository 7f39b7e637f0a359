import type { Output } from '@skep/client';

type Trace = Awaited<Output<'getAction'>>;
type Action = Trace['actions'][number];

/** The calls of a request as a tree, each with its result, time and cost. */
export function traceText({ trace_id, actions }: Trace): string {
  const ids = new Set(actions.map(({ id }) => id));
  const roots = actions.filter(({ chain_id }) => chain_id === null || !ids.has(chain_id));
  const cost = actions.reduce((sum, { action_price }) => sum + action_price, 0);
  const tokens = actions.reduce((sum, { tokens_used }) => sum + tokens_used, 0);
  return [
    `${trace_id}: ${actions.length} ${actions.length === 1 ? 'call' : 'calls'}, ${cost} credits, ${tokens} tokens`,
    ...roots.flatMap((root) => branch(root, actions)),
  ].join('\n');
}

function branch(action: Action, actions: Action[], indent = ''): string[] {
  const { app_id, tool_name, status, duration_ms, action_price, tokens_used, error } = action;
  const used = [
    ...(duration_ms === null ? [] : [`${duration_ms} ms`]),
    ...(action_price ? [`${action_price} credits`] : []),
    ...(tokens_used ? [`${tokens_used} tokens`] : []),
  ];
  const made = actions.filter(({ chain_id }) => chain_id === action.id);
  return [
    `${indent}${app_id}.${tool_name}  ${[status, ...used].join(', ')}`,
    ...(error ? [`${indent}  ${error}`] : []),
    ...made.flatMap((each) => branch(each, actions, `${indent}  `)),
  ];
}
