/** When a panel asks for its tree again. */
export type RefreshRule = { kind: 'manual' } | { kind: 'interval'; seconds: number } | { kind: 'events'; names: readonly string[] };

/** An event of the platform, as far as rules look at it. */
export interface RefreshEvent {
  scope?: string;
  action?: string;
}

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** The shortest interval, in seconds: a faster one would cost every open page a call per second. */
export const MIN_INTERVAL = 2;

/** Reads `manual`, `interval:30s` or `on_event:a,b`. Anything else is `manual`. */
export function readRefresh(value: unknown): RefreshRule {
  const rule = typeof value === 'string' ? value.trim() : '';
  const interval = /^interval:\s*(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|m|h)?$/i.exec(rule);
  if (interval) {
    const unit = (interval[2]?.toLowerCase() ?? 's') as keyof typeof UNITS;
    return { kind: 'interval', seconds: Math.max(MIN_INTERVAL, Number(interval[1]) * UNITS[unit]) };
  }
  const names = rule.startsWith('on_event:') ? rule.slice('on_event:'.length).split(',') : [];
  const trimmed = names.map((name) => name.trim()).filter(Boolean);
  return trimmed.length ? { kind: 'events', names: trimmed } : { kind: 'manual' };
}

/** Whether an event is one that the rule names: as `scope.action`, or by its action or its scope alone. */
export function refreshesOn(rule: RefreshRule, { scope = '', action = '' }: RefreshEvent): boolean {
  return rule.kind === 'events' && rule.names.some((name) => name === `${scope}.${action}` || name === action || name === scope);
}
