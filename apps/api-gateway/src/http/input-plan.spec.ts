import { auth } from '@skep/contracts/auth';
import { marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { describe, expect, it } from '@jest/globals';
import { admin, optionalUser, type Route, user } from '../route.js';
import { del, get, patch } from '../table.js';
import { InputPlan } from './input-plan.js';

const planOf = (route: Route) => {
  const { path, query, body } = new InputPlan(route);
  return { path, query, body: body.slice(0, 1) };
};

describe('the fields of an input', () => {
  it.each([
    ['GET', get('/apps', marketplace.browseApps, optionalUser()), { path: [], query: expect.arrayContaining(['search']), body: [] }],
    ['PATCH', patch('/roles/{role_id}', auth.updateRole, admin()), { path: ['role_id'], query: [], body: ['cascade'] }],
    [
      'PATCH with query',
      patch('/roles/{role_id}', auth.updateRole, admin(), { query: ['cascade'] }),
      { path: ['role_id'], query: ['cascade'], body: ['display_name'] },
    ],
    ['DELETE', del('/apps/{app_id}', portal.deleteApp, user()), { path: ['app_id'], query: ['confirm_name'], body: [] }],
    [
      'DELETE with body',
      del('/apps/{app_id}', portal.deleteApp, user(), { body: true }),
      { path: ['app_id'], query: [], body: ['confirm_name'] },
    ],
  ] as [string, Route, object][])('of a %s come from the places that its route names', (_, route, plan) => {
    expect(planOf(route)).toEqual(plan);
  });

  it('have known names, in the path and in the query', () => {
    expect(() => planOf(del('/apps/{app}', portal.deleteApp, user()))).toThrow(
      'DELETE /apps/{app}: app is not a field of the input of op.portal.deleteApp',
    );
    expect(() => planOf(patch('/roles/{role_id}', auth.updateRole, admin(), { query: ['all'] }))).toThrow('all is not a field');
  });
});
