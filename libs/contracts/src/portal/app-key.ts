import { AppKeyList, AppKeyRef, AppKeyRevoked, CreateAppKey, ApiKeyNotFound, CreatedAppKey } from '../auth/api-key.js';
import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { Conflict, Forbidden } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

/** API keys with which programs publish or read one app for its developer. */
export const appKeyMembers = {
  createAppKey: operation('Create a key for one of your apps', {
    description: 'The key works for this app only. It counts among your 100 API keys.',
    input: CreateAppKey,
    output: CreatedAppKey,
    problems: [DeveloperAppNotFound, Forbidden, Conflict],
    secret: true,
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  listAppKeys: operation('List the keys of one of your apps', {
    description: 'Newest first, without revoked keys.',
    input: AppRef,
    output: AppKeyList,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  revokeAppKey: operation('Revoke a key of one of your apps', {
    description: 'The key stops working at once. Revoking a key again has no effect.',
    input: AppKeyRef,
    output: AppKeyRevoked,
    problems: [DeveloperAppNotFound, ApiKeyNotFound],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
