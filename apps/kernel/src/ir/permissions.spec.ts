import { describe, expect, it } from '@jest/globals';
import { checkIr } from './check-ir.js';
import { permissionsOf } from './permissions.js';

const of = (steps: object[], capabilities: string[] = [], more: object = {}): string[] => {
  const functions = [{ name: 'work', impl: { kind: 'declarative', steps: steps.map((step, i) => ({ id: `s${i}`, ...step })) } }];
  const { ir, errors } = checkIr(
    { ir_version: '1.0', app: { id: 'mine', version: '1.0.0', title: 'Mine', capabilities, functions, ...more } },
    'mine',
  );
  expect(errors).toEqual([]);
  return permissionsOf(ir!.app);
};
const call = (args: object) => ({ op: 'call', args });
const CHOSEN = '{{event.app}}';

describe('the permissions of an app', () => {
  it('are those of its steps, each once, sorted', () => {
    const steps = [
      { op: 'store.update', args: { kind: 'a', id: 'x', set: {} } },
      { op: 'open', args: { target: 'panel' } },
      { op: 'navigate', args: { url: '/' } },
      { op: 'send', args: { message: 'Hi' } },
      { op: 'ai.complete', args: { prompt: 'Hm?' } },
      { op: 'store.list', args: { kind: 'a' } },
      { op: 'store.delete', args: { kind: 'a', id: 'x' } },
    ];
    expect(of(steps)).toEqual(['ai:complete', 'chat:send', 'navigate', 'store:read', 'store:write']);
    expect(of([{ op: 'store.get', args: { kind: 'a', id: 'x' } }])).toEqual(['store:read']);
    expect(of([{ op: 'store.create', args: { kind: 'a', data: {} } }])).toEqual(['store:write']);
    expect(of([])).toEqual([]);
  });

  it('include those of its skeleton', () => {
    const producer = { kind: 'declarative', steps: [{ id: 's1', op: 'store.list', args: { kind: 'a' } }] };
    expect(of([], [], { skeleton: [{ section: 'notes', producer }] })).toEqual(['store:read']);
  });

  it('include those of its panels', () => {
    const render = { kind: 'template', steps: [{ id: 's1', op: 'store.list', args: { kind: 'a' } }], tree: { type: 'List' } };
    expect(of([], [], { ui: { panels: [{ panel_id: 'p', slot: 'left', render }] } })).toEqual(['store:read']);
  });

  it('cover the one app that a step calls, as far as a capability allows', () => {
    const save = call({ app_id: 'links', function: 'save' });
    expect(of([save])).toEqual([]);
    expect(of([save], ['links:write'])).toEqual(['call:links:write']);
    expect(of([save], ['links:*'])).toEqual(['call:links:read', 'call:links:write']);
    expect(of([save], ['*'])).toEqual(['call:links:read', 'call:links:write']);
    expect(of([save], ['extensions:read'])).toEqual(['call:links:read']);
    expect(of([save], ['notes:*', 'store:write', 'link:*', 'links'])).toEqual([]);
  });

  it('cover every app that a capability allows if a binding chooses the app', () => {
    const any = call({ app_id: CHOSEN, function: 'save' });
    expect(of([any], ['*'])).toEqual(['call:*:read', 'call:*:write']);
    expect(of([any], ['extensions:write', 'links:write', 'links:read'])).toEqual(['call:*:write', 'call:links:read']);
    expect(of([call({ app_id: 'no{{event.rest}}', function: 'save' })], ['links:write'])).toEqual(['call:links:write']);
    expect(of([any], ['mine:*', 'store:*', 'auth:*'])).toEqual([]);
  });

  it('do not include calls of its own functions, whatever its capabilities', () => {
    expect(of([call({ function: 'work' }), call({ app_id: 'mine', function: 'work' })], ['*'])).toEqual([]);
  });

  it('cover a built-in extension only by a capability that names it, with the action type of the function', () => {
    const balance = call({ app_id: 'billing', function: 'get_balance' });
    expect(of([balance], ['*', 'extensions:*'])).toEqual([]);
    expect(of([balance], ['billing:*'])).toEqual(['call:billing:read']);
    expect(of([call({ app_id: 'marketplace', function: 'install_app' })], ['marketplace:*'])).toEqual(['call:marketplace:write']);
    expect(of([call({ app_id: 'billing', function: '{{event.what}}' })], ['billing:read'])).toEqual(['call:billing:read']);
    expect(of([call({ app_id: CHOSEN, function: '{{event.what}}' })], ['billing:read', '*'])).toEqual([
      'call:*:read',
      'call:*:write',
      'call:billing:read',
    ]);
  });
});
