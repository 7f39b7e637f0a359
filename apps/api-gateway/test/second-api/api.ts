import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { api } from '../../src/api.js';
import { accessToken } from '../../src/auth/access-tokens.js';
import { apiKey, ApiKeys } from '../../src/auth/api-keys.js';
import type { Credential } from '../../src/auth/credential.js';
import { user } from '../../src/route.js';
import { get, post } from '../../src/table.js';

/** An API key in a header of its own. */
const tinyKey: Credential = {
  ...apiKey,
  name: 'tinyKey',
  read: (headers) => headers['x-tiny-key'] as string | undefined,
  verifier: ApiKeys,
  scheme: { type: 'apiKey', in: 'header', name: 'x-tiny-key', description: 'An API key.' },
};

/** A second API over existing operations, with errors and credentials of its own. */
export const tiny = api({
  name: 'tiny',
  prefix: '/tiny',
  info: { title: 'Tiny', summary: 'Two routes.', description: 'An API of the tests.' },
  tags: { billing: 'Wallets.', kernel: 'Calls.' },
  errors: {
    name: 'Tiny',
    contentType: 'application/json; charset=utf-8',
    bodyOf: ({ status, detail }) => ({ tiny: status, message: JSON.stringify(detail) }),
    schemaOf: () => ({ $ref: '#/components/schemas/TinyError' }),
    schemas: {
      TinyError: {
        type: 'object',
        title: 'TinyError',
        description: 'An error.',
        properties: { tiny: { type: 'integer' }, message: { type: 'string' } },
        required: ['tiny', 'message'],
      },
    },
  },
  auth: [accessToken, tinyKey],
  routes: [
    get('/tiny/wallet', billing.getBalance, user({ key: true })),
    post('/tiny/apps/{app_id}', kernel.callFunction, user(), { query: ['function'] }),
  ],
});
