import { InvalidInput } from '@skep/contracts';
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
    for (const options of [{ query: ['all'] }, { headers: { all: 'X-All' } }])
      expect(() => planOf(patch('/roles/{role_id}', auth.updateRole, admin(), options))).toThrow('all is not a field');
  });

  it('come from a header, or from the credential after its scheme, and then from nowhere else', () => {
    const headers = { display_name: 'X-Name', cascade: { name: 'Authorization', scheme: 'Cascade' } };
    const plan = new InputPlan(patch('/roles/{role_id}', auth.updateRole, admin(), { headers }));
    const read = (sent: Record<string, string>) =>
      plan.read({ role_id: 'r' }, { cascade: 'true' }, { display_name: 'body', cascade: true }, sent, {});
    expect(read({ 'x-name': 'Viewer', authorization: 'cascade true' })).toEqual({ role_id: 'r', display_name: 'Viewer', cascade: 'true' });
    expect(read({ authorization: 'Bearer secret' })).toEqual({ role_id: 'r' });
    const fault = plan.locate(InvalidInput([{ loc: ['display_name'], msg: 'Field required', type: 'missing' }]));
    expect(fault).toMatchObject({ body: { detail: [{ loc: ['header', 'display_name'] }] } });
  });
});
