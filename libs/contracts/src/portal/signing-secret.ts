import { AppRef } from '../common.js';
import { list, operation } from '../define.js';
import { SigningSecret, SigningSecretItem, SigningSecretRef } from '../kernel/index.js';
import { NotFound } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

/** Secrets with which webhooks of an app are verified, and calls of its server signed. */
export const signingSecretMembers = {
  createSigningSecret: operation('Show or rotate a secret of one of your apps', {
    description:
      'The first request shows the secret; each further one makes a new secret, and the one before it stays valid for 24 hours. `not_found` for a webhook that the manifest does not declare with a `secret_header`.',
    input: SigningSecretRef,
    output: SigningSecret,
    problems: [DeveloperAppNotFound, NotFound],
    secret: true,
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
  listSigningSecrets: operation('List the secrets of one of your apps', {
    description: 'The secrets that were used or shown, without their values.',
    input: AppRef,
    output: list(SigningSecretItem),
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
};
