/** An OAuth provider. The addresses are the operator's or the vendor's, never an app's. */
export interface Provider {
  /** The `iss` of its answers (RFC 9207), if they have one. */
  issuer?: string;
  authorize_url: string;
  token_url: string;
  /** Tells whose account it is. */
  userinfo_url: string;
  revoke_url?: string;
  /** How tokens are revoked there: as RFC 7009 says, by default; else with the access token, in a form, in the query, or as the credential of a DELETE. */
  revocation?: 'form' | 'query' | 'delete';
  /** The member of the answer of `userinfo_url` with the id of the account; `sub` or `id` by default. */
  subject_member?: string;
  /** The member of the answer of `token_url` that describes the account, if one does: `userinfo_url` is then not asked. */
  account_member?: string;
  /** Lists what the user has allowed, where OAuth's `scope` does not. */
  permissions_url?: string;
  /** Further parameters of a refresh. */
  refresh_params?: Record<string, string>;
  /** Asked for in addition to what apps declare: to learn whose account it is, and to get a refresh token. */
  scopes?: string[];
  /** Further parameters of `authorize_url`. */
  params?: Record<string, string>;
  /** The client of the operator, for apps that have none of their own. */
  client_id?: string;
  client_secret?: string;
}

const MICROSOFT = 'https://login.microsoftonline.com/common/oauth2/v2.0';
const VENDORS: Record<string, Provider> = {
  google: {
    issuer: 'https://accounts.google.com',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_url: 'https://oauth2.googleapis.com/token',
    userinfo_url: 'https://openidconnect.googleapis.com/v1/userinfo',
    revoke_url: 'https://oauth2.googleapis.com/revoke',
    scopes: ['openid', 'email'],
    params: { access_type: 'offline', prompt: 'consent' },
  },
  microsoft: {
    authorize_url: `${MICROSOFT}/authorize`,
    token_url: `${MICROSOFT}/token`,
    userinfo_url: 'https://graph.microsoft.com/v1.0/me',
    scopes: ['offline_access', 'User.Read'],
  },
  yahoo: {
    authorize_url: 'https://api.login.yahoo.com/oauth2/request_auth',
    token_url: 'https://api.login.yahoo.com/oauth2/get_token',
    userinfo_url: 'https://api.login.yahoo.com/openid/v1/userinfo',
    scopes: ['openid', 'email'],
  },
};

/** Names under which published clients ask for accounts. */
const GROUPS: Record<string, readonly string[]> = { gmail: ['google'], mail: Object.keys(VENDORS) };

/** The providers that a name of `/v1/oauth/internal/{provider}/accounts` means. */
export const providersOf = (name: string): readonly string[] => GROUPS[name] ?? [name];

/** Reads SKEP_OAUTH_PROVIDERS, and adds the vendors. @throws Error that says what is wrong, without values */
export function parseProviders(text: string): ReadonlyMap<string, Provider> {
  let json: Record<string, Partial<Provider>>;
  try {
    json = JSON.parse(text) as typeof json;
  } catch {
    throw new Error('must be JSON');
  }
  const providers = new Map(Object.entries(VENDORS));
  for (const [name, changes] of Object.entries(json)) {
    const provider = { ...VENDORS[name], ...changes };
    for (const key of ['authorize_url', 'token_url', 'userinfo_url'] as const)
      if (!URL.canParse(provider[key] ?? '')) throw new Error(`${name} needs ${key}, an address`);
    providers.set(name, provider as Provider);
  }
  return providers;
}
