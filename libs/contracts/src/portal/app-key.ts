import { AppKeyList, AppKeyRef, AppKeyRevoked, CreateAppKey, ApiKeyNotFound, CreatedAppKey } from '../auth/api-key.js';
import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { Conflict, Forbidden } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

/** Keys by which a program publishes or reads one app, as its developer. */
export const appKeyMembers = {
  createAppKey: operation('Create a key for one of your apps', {
    input: CreateAppKey,
    output: CreatedAppKey,
    problems: [DeveloperAppNotFound, Forbidden, Conflict],
    secret: true,
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  listAppKeys: operation('List the keys of one of your apps', {
    input: AppRef,
    output: AppKeyList,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  revokeAppKey: operation('Revoke a key of one of your apps', {
    input: AppKeyRef,
    output: AppKeyRevoked,
    problems: [DeveloperAppNotFound, ApiKeyNotFound],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
