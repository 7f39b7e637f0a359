/** The two tokens of a session. */
export interface SessionTokens {
  access_token: string;
  refresh_token: string;
}

/**
 * What a client presents: an access token, an API key, the token of a service, which may act for a user, a session, or nothing. The client
 * refreshes a session: `onRefresh` gets each new pair of tokens, and the former pair no longer works.
 */
export type Credentials =
  | { token: string }
  | { apiKey: string }
  | { serviceToken: string; actingUser?: string; tenant?: string }
  | { session: SessionTokens; onRefresh?: (tokens: SessionTokens) => void | Promise<void> }
  | Record<never, never>;

/** The headers that present some credentials. */
export function toHeaders(credentials: Credentials): Record<string, string> {
  if ('session' in credentials) return { authorization: `Bearer ${credentials.session.access_token}` };
  if ('token' in credentials) return { authorization: `Bearer ${credentials.token}` };
  if ('apiKey' in credentials) return { 'x-api-key': credentials.apiKey };
  if (!('serviceToken' in credentials)) return {};
  const { serviceToken, actingUser, tenant } = credentials;
  return { 'x-service-token': serviceToken, ...(actingUser && { 'x-acting-user': actingUser }), ...(tenant && { 'x-tenant-id': tenant }) };
}
