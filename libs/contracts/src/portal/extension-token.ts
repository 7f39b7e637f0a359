import {
  CreatedExtensionToken,
  ExtensionTokenList,
  ExtensionTokenNotFound,
  ExtensionTokenRef,
  ExtensionTokenRevoked,
} from '../auth/extension-token.js';
import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { Conflict } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

/** Tokens with which the code of one app calls Skep. */
export const extensionTokenMembers = {
  createExtensionToken: operation('Create an extension token for one of your apps', {
    description:
      'The token works for this app in your tenant only, on routes for services that name the app: send it as `X-Service-Token` or as a bearer. An app can have 20 tokens in a tenant.',
    input: AppRef,
    output: CreatedExtensionToken,
    problems: [DeveloperAppNotFound, Conflict],
    secret: true,
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  listExtensionTokens: operation('List the extension tokens of one of your apps', {
    description: 'Newest first, without revoked tokens.',
    input: AppRef,
    output: ExtensionTokenList,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  revokeExtensionToken: operation('Revoke an extension token of one of your apps', {
    description: 'The token stops working at once. Revoking a token again has no effect.',
    input: ExtensionTokenRef,
    output: ExtensionTokenRevoked,
    problems: [DeveloperAppNotFound, ExtensionTokenNotFound],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
