import { Forbidden, Unauthenticated } from '@skep/contracts';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID, timingSafeEqual } from 'node:crypto';

/** What the code is called for. */
export type ToolType = 'skeleton' | 'panel' | 'tool' | 'chat_fn';

/** The call that a token belongs to. */
export interface CallTokenSubject {
  tool_type: ToolType;
  app_id: string;
  tenant_id: string;
  user_id: string;
}

/** What a request says that it works on. Without a tenant, it works in that of its token; without a type, tokens of all types are valid. */
type ExpectedCall = Pick<CallTokenSubject, 'app_id' | 'user_id'> & {
  tool_type?: ToolType;
  tenant_id?: string | undefined;
};

/** Times in seconds since 1970. */
interface Claims extends CallTokenSubject {
  iat: number;
  exp: number;
  /** The id of the token: it can be used once. */
  jti: string;
}

const LIFETIME_SECONDS = 60;
const TOKEN_PATTERN = /^[\w-]{1,2000}\.[\w-]{43}$/;

const USE = statement(
  `insert into used_call_token (jti, expires_at) values (:jti, to_timestamp(:exp::float8)) on conflict (jti) do nothing returning jti`,
  { jti: 'text' },
);

/**
 * Call tokens (`Authorization: ImperalCallToken`): the kernel gives one to the code that it calls, which proves with it that it works on a
 * call for this user. Form: base64url of JSON, a dot, and base64url of HMAC-SHA-256 with a key of the installation.
 */
@Injectable()
export class CallTokens {
  constructor(private readonly db: Database) {}

  /** Creates a token that is valid once, for a minute. */
  async mint(subject: CallTokenSubject): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    const { tool_type, app_id, tenant_id, user_id } = subject;
    const claims: Claims = { tool_type, app_id, tenant_id, user_id, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${payload}.${(await this.sign(payload)).toString('base64url')}`;
  }

  /**
   * Uses a token up, and returns the call that it belongs to. In a transaction: if that rolls back, the token can be used again.
   * @throws Problem `unauthenticated` if the token is missing, forged, expired or used; `forbidden` if it belongs to another call
   */
  async use(token: string | undefined, expected: ExpectedCall): Promise<CallTokenSubject> {
    const claims = await this.check(token, expected);
    if (!(await this.markUsed(claims))) throw Unauthenticated('This call token was already used.');
    return claims;
  }

  /** Notes that what has this id is used up. False if it was already. `exp` in seconds since 1970. */
  async markUsed({ jti, exp }: Pick<Claims, 'jti' | 'exp'>): Promise<boolean> {
    return (await this.db.row(USE, { jti, exp })) !== undefined;
  }

  /**
   * Like `use`, but the token stays valid, also if it was used, until it expires.
   * @throws Problem `unauthenticated` if the token is missing, forged or expired; `forbidden` if it belongs to another call
   */
  async check(token: string | undefined, expected: ExpectedCall): Promise<Claims> {
    const claims = token === undefined ? undefined : await this.verify(token);
    if (!claims || claims.exp * 1000 <= Date.now()) throw Unauthenticated('This call token is not valid.');
    const fields = ['tool_type', 'app_id', 'tenant_id', 'user_id'] as const;
    if (fields.some((field) => expected[field] !== undefined && claims[field] !== expected[field]))
      throw Forbidden('This call token belongs to another call.');
    return claims;
  }

  private async verify(token: string): Promise<Claims | undefined> {
    if (!TOKEN_PATTERN.test(token)) return undefined;
    const [payload = '', signature = ''] = token.split('.');
    if (!timingSafeEqual(Buffer.from(signature, 'base64url'), await this.sign(payload))) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  }

  private sign(payload: string): Promise<Buffer> {
    return this.db.sealing.derive('call token', payload);
  }
}
