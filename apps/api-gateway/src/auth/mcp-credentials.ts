import { AccessTokens } from './access-tokens.js';
import { apiKey } from './api-keys.js';
import { bearerOf, type Credential } from './credential.js';

/** `Authorization: Bearer` with an access token for the address that is called. */
export const mcpToken: Credential = {
  name: 'mcpToken',
  holder: 'user',
  read: bearerOf,
  verifier: AccessTokens,
  scheme: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token (RFC 9068) whose audience is this address. The challenge of a 401 names where to get one.',
  },
};

/** An API key, in `x-api-key` or as bearer. */
export const mcpKey: Credential = { ...apiKey, read: (headers) => apiKey.read(headers) ?? bearerOf(headers) };
