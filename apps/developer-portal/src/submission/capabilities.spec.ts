import { expect, it } from '@jest/globals';
import { capabilitiesOf } from './capabilities.js';

const fn = (name: string, action_type: string | null) => ({ name, description: '', params_schema: {}, action_type });
const none = { secrets: [], connections: [], webhooks: [], schedules: [] };

it('sorts functions by what they do; one that does not state it counts as a write', () => {
  const tools_json = [fn('list', 'read'), fn('save', 'write'), fn('drop', 'destructive'), fn('unsaid', null)];
  expect(capabilitiesOf({ tools_json, permission_ids: ['store:write'], manifest_json: {} })).toEqual({
    ...{ reads: ['list'], writes: ['save', 'unsaid'], destructive: ['drop'], models: false, other_apps: false },
    ...none,
  });
});

it('names the hosts that run its functions, if they are known', () => {
  const of = (hosts: string[] | null) => capabilitiesOf({ tools_json: [], permission_ids: [], manifest_json: {}, hosts });
  expect(of(['a.example', 'b.example:8443']).hosts).toEqual(['a.example', 'b.example:8443']);
  expect(of([]).hosts).toEqual([]);
  expect(of(null)).not.toHaveProperty('hosts');
});

it('names models and other apps by the permissions', () => {
  const of = (...permission_ids: string[]) => capabilitiesOf({ tools_json: [], permission_ids, manifest_json: {} });
  expect(of('ai:complete')).toMatchObject({ models: true, other_apps: false });
  expect(of('call:*:read')).toMatchObject({ models: false, other_apps: true });
});

it('lists what the manifest declares, without the header of a webhook’s secret', () => {
  const manifest_json = {
    secrets: [
      { name: 'token', description: 'A token.' },
      { name: 'client', description: 'For all.', scope: 'app' },
    ],
    oauth: [{ provider: 'google', scopes: ['email'] }, { provider: 'yahoo' }],
    webhooks: [
      { path: '/hook', secret_header: 'x-secret' },
      { path: '/verify', method: 'GET' },
    ],
    schedules: [{ name: 'digest', cron: '0 9 * * *', description: 'Daily.' }],
  };
  expect(capabilitiesOf({ tools_json: [], permission_ids: [], manifest_json })).toMatchObject({
    secrets: [
      { name: 'token', description: 'A token.', scope: 'user' },
      { name: 'client', description: 'For all.', scope: 'app' },
    ],
    connections: [
      { provider: 'google', scopes: ['email'] },
      { provider: 'yahoo', scopes: [] },
    ],
    webhooks: [
      { path: '/hook', method: 'POST' },
      { path: '/verify', method: 'GET' },
    ],
    schedules: [{ name: 'digest', cron: '0 9 * * *' }],
  });
  expect(
    capabilitiesOf({ tools_json: [], permission_ids: [], manifest_json: { secrets: null, oauth: null, webhooks: null } }),
  ).toMatchObject(none);
});
