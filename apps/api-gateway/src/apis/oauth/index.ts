import { auth } from '@skep/contracts/auth';
import { api } from '../../api.js';
import { renderAuthorization } from '../../pages/oauth-page.js';
import { open, service } from '../../route.js';
import { get, page, post } from '../../table.js';
import { cloud } from '../cloud/index.js';

const METADATA = { perMinute: 120 };
/** Verifying a password takes long. */
const TIMEOUT_MS = 15_000;

/** The authorization server for clients of `/mcp`. Its paths are those of RFC 8414 and RFC 9728. */
export const oauth = api({
  name: 'oauth',
  info: {
    title: 'Skep, authorization server',
    summary: 'OAuth 2.1 for MCP clients.',
    description: 'Gives clients tokens for `/mcp`, after the consent of a user. See docs/oauth.md.',
  },
  tags: { auth: 'Metadata, authorization, tokens.' },
  auth: cloud.auth,
  routes: [
    get('/.well-known/oauth-protected-resource/mcp', auth.getProtectedResource, open(), METADATA),
    get('/.well-known/oauth-protected-resource/mcp/{app_id}', auth.getProtectedResource, open(), { ...METADATA, id: 'getProtectedApp' }),
    get('/.well-known/oauth-authorization-server', auth.getAuthorizationServer, open(), METADATA),
    page('GET', '/oauth/authorize', auth.authorize, open(), renderAuthorization, { perMinute: 30, timeoutMs: TIMEOUT_MS }),
    page('POST', '/oauth/sign-in', auth.signInToAuthorize, open(), renderAuthorization, { perMinute: 10, timeoutMs: TIMEOUT_MS }),
    page('GET', '/oauth/return', auth.returnToAuthorize, open(), renderAuthorization, { perMinute: 30, timeoutMs: TIMEOUT_MS }),
    page('POST', '/oauth/consent', auth.decideAuthorization, open(), renderAuthorization, { perMinute: 30 }),
    post('/oauth/token', auth.issueTokens, open(), { perMinute: 120, oauth: true }),
    post('/oauth/revoke', auth.revokeOauthToken, open(), { perMinute: 60, oauth: true }),
    post('/oauth/introspect', auth.introspectToken, service(), { oauth: true }),
    post('/oauth/register', auth.registerClient, open(), { status: 201, perMinute: 10, oauth: true }),
  ],
});
