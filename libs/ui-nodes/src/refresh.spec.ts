import { describe, expect, it } from '@jest/globals';
import { MIN_INTERVAL, readRefresh, refreshesOn } from './refresh.js';

describe('a panel is refreshed', () => {
  it.each([
    ['interval:30s', 30],
    ['interval:5', 5],
    ['interval: 2m', 120],
    ['interval:1h', 3600],
    ['interval:0.1s', MIN_INTERVAL],
    ['interval:1ms', MIN_INTERVAL],
  ])('by %s each %p seconds', (rule, seconds) => expect(readRefresh(rule)).toEqual({ kind: 'interval', seconds }));

  it.each(['manual', '', 'interval:', 'interval:-5s', 'interval:9999999s', 'on_event:', 'on_event: , ', 'always', null, 7, {}])(
    'by %p only when asked',
    (rule) => expect(readRefresh(rule)).toEqual({ kind: 'manual' }),
  );

  it('by the events that its rule names: whole, by action or by scope', () => {
    const rule = readRefresh('on_event: notes.created, deleted ,mail');
    expect(refreshesOn(rule, { scope: 'notes', action: 'created' })).toBe(true);
    expect(refreshesOn(rule, { scope: 'links', action: 'deleted' })).toBe(true);
    expect(refreshesOn(rule, { scope: 'mail', action: 'received' })).toBe(true);
    expect(refreshesOn(rule, { scope: 'links', action: 'created' })).toBe(false);
    expect(refreshesOn(rule, {})).toBe(false);
    expect(refreshesOn(readRefresh('manual'), { scope: 'notes', action: 'created' })).toBe(false);
  });
});
