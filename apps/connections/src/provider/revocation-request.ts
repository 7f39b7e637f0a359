import type { OutboundRequest } from '@skep/platform';
import type { Provider } from './providers.js';

/** How vendors that do not follow RFC 7009 are asked to revoke what they have granted: with the access token. */
export function revocationRequest(
  how: NonNullable<Provider['revocation']>,
  url: string,
  access_token: string,
): OutboundRequest & { url: string } {
  if (how === 'delete') return { url, method: 'DELETE', headers: { authorization: `Bearer ${access_token}` } };
  if (how === 'form')
    return {
      ...{ url, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body: new URLSearchParams({ access_token }).toString(),
    };
  const address = new URL(url);
  address.searchParams.set('access_token', access_token);
  return { url: address.href, method: 'POST' };
}
