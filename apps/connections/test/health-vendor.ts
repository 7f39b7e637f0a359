import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const VENDORS = ['garmin', 'strava', 'whoop', 'oura'] as const;
export type VendorName = (typeof VENDORS)[number];

interface Code {
  vendor: VendorName;
  challenge: string;
  redirect_uri: string;
  scopes: string[];
  user: string;
}
interface Grant {
  vendor: VendorName;
  user: string;
  scopes: string[];
  until: number;
  /** What one code has led to: a refresh token that is used twice ends it. A revocation ends all that the account has granted. */
  family: { dead: boolean };
}

/** What a browser brings back from the vendor. */
export interface Back {
  provider: VendorName;
  state: string;
  code: string;
  scope?: string;
}

/** A strict OAuth server on loopback that plays four vendors: client, redirect address, PKCE; codes and refresh tokens work once. */
export interface HealthVendor {
  /** The settings of connections for it. */
  settings: Record<string, string>;
  /** What a person does in the browser. */
  agree(authorization_url: string, as?: { user?: string; untick?: string }): Back;
  misbehaves: 'error' | 'wrong types' | 'no account' | 'no refresh' | 'no revocation' | undefined;
  delayMs: number;
  /** The end of paths that it takes and does not answer. */
  silentAt: string | undefined;
  /** Seconds of new access tokens. */
  lifetime: number;
  /** What Garmin lists as allowed. */
  permissions: unknown;
  codes: string[];
  refreshes: number;
  /** Refresh tokens that came twice. */
  reused: number;
  /** The requests to revoke, with the status of each. */
  revoked: { vendor: VendorName; user?: string; status: number }[];
  /** The access tokens of an account that its API accepts. */
  validTokens(vendor: VendorName, user: string): string[];
  expire(): void;
  /** Forgets all that was granted. */
  forget(): void;
  asked: string[];
  close(): Promise<void>;
}

const SECRET = 'vendor-secret';
/** Ids of people at vendors that number them. */
export const idOf = (user: string) => createHash('sha256').update(user).digest().readUInt32BE();

export async function startHealthVendor(): Promise<HealthVendor> {
  const codes = new Map<string, Code>();
  const access = new Map<string, Grant>();
  const refresh = new Map<string, Grant & { used: boolean }>();

  const issue = ({ vendor, user, scopes }: Pick<Grant, 'vendor' | 'user' | 'scopes'>, family: Grant['family'] = { dead: false }) => {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    const grant = { vendor, user, scopes, until: Date.now() + stub.lifetime * 1000, family };
    access.set(access_token, grant);
    const refreshes = vendor !== 'whoop' || scopes.includes('offline');
    if (refreshes) refresh.set(refresh_token, { ...grant, used: false });
    if (stub.misbehaves === 'wrong types')
      return { access_token: 17, refresh_token: ['x'], token_type: 'Bearer', expires_in: 'soon', athlete: { id: {} } };
    return {
      ...{ access_token, token_type: 'Bearer', expires_in: stub.lifetime },
      ...(refreshes && { refresh_token }),
      ...(['whoop', 'oura'].includes(vendor) && { scope: scopes.join(' ') }),
      ...(vendor === 'strava' && stub.misbehaves !== 'no account' && { athlete: { id: idOf(user) } }),
    };
  };
  const token = (vendor: VendorName, form: URLSearchParams): object | undefined => {
    if (form.get('client_id') !== `${vendor}-client` || form.get('client_secret') !== SECRET) return undefined;
    if (form.get('grant_type') === 'refresh_token') {
      stub.refreshes++;
      const found = refresh.get(form.get('refresh_token') ?? '');
      if (found?.used) {
        stub.reused++;
        found.family.dead = true;
      }
      if (!found || found.vendor !== vendor || found.used || found.family.dead || stub.misbehaves === 'no refresh') return undefined;
      found.used = true;
      return issue(found, found.family);
    }
    stub.codes.push(form.get('code') ?? '');
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code?.vendor !== vendor || code.challenge !== challenge || code.redirect_uri !== form.get('redirect_uri')) return undefined;
    return issue(code);
  };
  const holder = (vendor: VendorName, token: string | null | undefined) => {
    const found = access.get(token ?? '');
    return found?.vendor === vendor && found.until > Date.now() && !found.family.dead ? found : undefined;
  };
  const revoke = (vendor: VendorName, { method, headers, url }: IncomingMessage, form: URLSearchParams): number => {
    const bearer = method === 'DELETE' ? headers.authorization?.replace('Bearer ', '') : undefined;
    const query = new URL(url ?? '', 'http://x').searchParams.get('access_token');
    const given = { garmin: bearer, whoop: bearer, oura: query, strava: method === 'POST' ? form.get('access_token') : undefined }[vendor];
    const found = holder(vendor, given);
    const status = stub.misbehaves === 'no revocation' ? 503 : found ? 200 : 401;
    stub.revoked.push({ vendor, status, ...(found && { user: found.user }) });
    if (status === 200)
      for (const grant of access.values()) if (grant.vendor === vendor && grant.user === found!.user) grant.family.dead = true;
    return status;
  };
  const describe = (path: string, { user }: Grant): unknown =>
    path.endsWith('/user/permissions')
      ? stub.permissions
      : stub.misbehaves === 'no account'
        ? {}
        : { userId: user, user_id: idOf(user), id: path.includes('personal_info') ? user : idOf(user) };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0]!;
      stub.asked.push(`${request.method} ${path}`);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const vendor = path.split('/')[1] as VendorName;
      const answer = (status: number, body: unknown) =>
        setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)), stub.delayMs);
      if (stub.silentAt && path.endsWith(stub.silentAt)) return;
      if (path.endsWith('/revoke')) return answer(revoke(vendor, request, form), {});
      if (path.endsWith('/token')) {
        if (stub.misbehaves === 'error') return answer(500, { error: 'server_error' });
        const granted = token(vendor, form);
        return granted ? answer(200, granted) : answer(400, { error: 'invalid_grant' });
      }
      const found = holder(vendor, request.headers.authorization?.replace('Bearer ', ''));
      return found ? answer(200, describe(path, found)) : answer(401, {});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settingsOf = (vendor: VendorName) => ({
    CLIENT_ID: `${vendor}-client`,
    CLIENT_SECRET: SECRET,
    AUTHORIZE_URL: `${url}/${vendor}/authorize`,
    TOKEN_URL: `${url}/${vendor}/token`,
    REVOKE_URL: `${url}/${vendor}/revoke`,
    API_BASE: `${url}/${vendor}/api`,
  });
  const stub: HealthVendor = {
    settings: Object.fromEntries(
      VENDORS.flatMap((vendor) => Object.entries(settingsOf(vendor)).map(([name, value]) => [`${vendor.toUpperCase()}_${name}`, value])),
    ),
    agree: (authorization_url, { user = randomUUID(), untick } = {}) => {
      const { pathname, searchParams: asked } = new URL(authorization_url);
      const vendor = pathname.split('/')[1] as VendorName;
      const text = (name: string) => asked.get(name) ?? '';
      if (text('client_id') !== `${vendor}-client` || text('code_challenge_method') !== 'S256' || text('response_type') !== 'code')
        throw new Error(`the vendor refuses ${authorization_url}`);
      const scopes = text('scope')
        .split(vendor === 'strava' ? ',' : ' ')
        .filter((scope) => scope && scope !== untick);
      const code = randomUUID();
      codes.set(code, { vendor, user, scopes, challenge: text('code_challenge'), redirect_uri: text('redirect_uri') });
      return { provider: vendor, code, state: text('state'), ...(vendor === 'strava' && { scope: scopes.join(',') }) };
    },
    ...{ misbehaves: undefined, delayMs: 20, silentAt: undefined, lifetime: 3600, permissions: { permissions: ['ACTIVITY_EXPORT'] } },
    ...{ codes: [], refreshes: 0, reused: 0, revoked: [], asked: [] },
    validTokens: (vendor, user) => [...access].flatMap(([text, grant]) => (grant.user === user && holder(vendor, text) ? [text] : [])),
    expire: () => {
      for (const grant of access.values()) grant.until = 0;
    },
    forget: () => void [access.clear(), refresh.clear()],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return stub;
}

/** The vendors work as they should again. */
export function reset(vendor: HealthVendor): void {
  Object.assign(vendor, {
    ...{ misbehaves: undefined, delayMs: 20, silentAt: undefined, lifetime: 3600, permissions: { permissions: ['ACTIVITY_EXPORT'] } },
    ...{ codes: [], refreshes: 0, reused: 0, revoked: [], asked: [] },
  });
}
