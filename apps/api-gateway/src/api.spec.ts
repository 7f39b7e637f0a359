import { billing } from '@skep/contracts/billing';
import { expect, it } from '@jest/globals';
import { api, apiAt } from './api.js';
import { apiKey } from './auth/api-keys.js';
import { accessToken } from './auth/access-tokens.js';
import { open, type Route, service, user } from './route.js';
import { get } from './table.js';

const define = (routes: Route[], more: { prefix?: string; name?: string } = {}) =>
  api({ name: 'a', info: { title: '', summary: '', description: '' }, tags: {}, auth: [accessToken, apiKey], routes, ...more });
const plans = (path: string) => get(path, billing.listPlans, open());

it('the API of a URL is the one with its prefix, else the first one', () => {
  const first = define([plans('/v1/plans')], { name: 'first', prefix: '/v1' });
  const second = define([plans('/users/plans'), plans('/plans')], { name: 'second' });
  const nameAt = (url: string) => apiAt([first, second], url).name;
  expect(second.prefixes).toEqual(['/users', '/plans']);
  expect(['/users/me?x=/v1/', '/plans?all', '/users'].map(nameAt)).toEqual(['second', 'second', 'second']);
  expect(['/v1/plans', '/', '/userspace', '/v10'].map(nameAt)).toEqual(['first', 'first', 'first', 'first']);
});

it('a route without the prefix of its API, or that no credential of it can call, is rejected', () => {
  expect(() => define([plans('/v2/plans')], { prefix: '/v1' })).toThrow('a: GET /v2/plans lacks the prefix /v1');
  expect(() => define([get('/balance', billing.getBalance, user())])).not.toThrow();
  expect(() => define([get('/balance', billing.getBalance, service())])).toThrow(
    'GET /balance is for service callers, but the API accepts no',
  );
});
