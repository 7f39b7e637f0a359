import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** How long a user may take to sign in and to consent. */
const REQUEST_SECONDS = 900;

const COLUMNS = {
  request_hash: 'bytea',
  client_id: 'text',
  client_name: 'text',
  redirect_uri: 'text',
  state: 'text?',
  code_challenge: 'text',
  resource: 'text',
  scope: 'text',
  asks_consent: 'bool',
  account_id: 'text?',
  tenant_id: 'text?',
  proof: 'bytea?',
  session_id: 'text?',
} as const;
const SELECT = `select ${Object.keys(COLUMNS).join(', ')}`;
const ADD = statement(`
  insert into oauth_request (request_hash, browser_hash, client_id, client_name, redirect_uri, state, code_challenge, resource, scope, asks_consent, expires_at)
  values (:request_hash, :browser_hash, :client_id, :client_name, :redirect_uri, :state, :code_challenge, :resource, :scope, :asks_consent,
          now() + ${REQUEST_SECONDS} * interval '1 second')`);
const FIND = statement(
  `${SELECT} from oauth_request
    where request_hash = :request_hash and browser_hash = :browser_hash and code_hash is null and expires_at > clock_timestamp() for update`,
  COLUMNS,
);
const SIGN_IN = statement(
  'update oauth_request set account_id = :account_id, tenant_id = :tenant_id, proof = :proof where request_hash = :request_hash and code_hash is null returning request_hash',
  { request_hash: 'bytea' },
);
const GRANT = statement(
  `update oauth_request set code_hash = :code_hash, expires_at = clock_timestamp() + :code_seconds * interval '1 second'
    where request_hash = :request_hash and code_hash is null and account_id is not null returning request_hash`,
  { request_hash: 'bytea' },
);
const DELETE = statement('delete from oauth_request where request_hash = :request_hash');
const LOCK_CODE = statement(
  `${SELECT}, expires_at <= clock_timestamp() as expired from oauth_request where code_hash = :code_hash for update`,
  { ...COLUMNS, expired: 'bool' },
);
const USE = statement('update oauth_request set session_id = :session_id where request_hash = :request_hash');
const CONSENTED = statement(
  `select true as consented from session
    where account_id = :account_id and tenant_id = :tenant_id and client_id = :client_id and resource = :resource and scope = :scope
      and revoked_at is null and idle_until > now() and expires_at > now() limit 1`,
  { consented: 'bool' },
);

export type OauthRequest = NonNullable<typeof FIND.row>;
export type LockedCode = NonNullable<typeof LOCK_CODE.row>;
export interface NewOauthRequest extends Pick<
  OauthRequest,
  'request_hash' | 'client_id' | 'client_name' | 'redirect_uri' | 'code_challenge' | 'resource' | 'scope' | 'asks_consent'
> {
  browser_hash: Buffer;
  state: string | undefined;
}

/** Authorization requests. They belong to no tenant before the sign-in, so they are found across tenants by one of their secrets. */
@Injectable()
export class OauthRequestRepository {
  constructor(
    private readonly db: Database,
    private readonly config: AuthGatewayConfig,
  ) {}

  async add(request: NewOauthRequest): Promise<void> {
    await this.run(ADD, request);
  }

  /** Locks a request of this browser that has no code yet, until the transaction ends. */
  find(request_hash: Buffer, browser_hash: Buffer): Promise<OauthRequest | undefined> {
    return this.run(FIND, { request_hash, browser_hash });
  }

  /** False if the request is decided. */
  async signIn(request_hash: Buffer, user: { account_id: string; tenant_id: string; proof: Buffer }): Promise<boolean> {
    return (await this.run(SIGN_IN, { request_hash, ...user })) !== undefined;
  }

  /** Gives the request its code. False if it has one. */
  async grant(request_hash: Buffer, code_hash: Buffer): Promise<boolean> {
    return (await this.run(GRANT, { request_hash, code_hash, code_seconds: this.config.SKEP_OAUTH_CODE_SECONDS })) !== undefined;
  }

  async delete(request_hash: Buffer): Promise<void> {
    await this.run(DELETE, { request_hash });
  }

  /** Locks the request of a code until the transaction ends; concurrent exchanges wait. */
  lockCode(code_hash: Buffer): Promise<LockedCode | undefined> {
    return this.run(LOCK_CODE, { code_hash });
  }

  async use(request_hash: Buffer, session_id: string): Promise<void> {
    await this.run(USE, { request_hash, session_id });
  }

  /** Whether the user consented to the same before, and has not ended it. */
  async isConsented(request: Pick<OauthRequest, 'client_id' | 'resource' | 'scope' | 'account_id' | 'tenant_id'>): Promise<boolean> {
    return (await this.run(CONSENTED, request)) !== undefined;
  }

  private run<Row extends object>(sql: Statement<Row>, values: object): Promise<Row | undefined> {
    return this.db.acrossTenants(() => this.db.row(sql, values));
  }
}
