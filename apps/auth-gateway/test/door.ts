import { auth, type Tokens } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog, type Running } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../src/main.js';

export const PASSWORD = 'correct horse battery';
export const ADMIN = { SKEP_ADMIN_EMAIL: 'admin@example.com', SKEP_ADMIN_PASSWORD: 'the first password' };

/** A context from a network address of its own, so that tests do not share a back-off. */
export const someone = (who: Partial<Ctx> = {}): Ctx =>
  newCtx({ ip: `10.${randomBytes(3).join('.')}`, deadline: Date.now() + 60_000, ...who });

/** The service as its callers see it: by the bus, by the mails it sends, and by the rows of its database. */
export class Door {
  private constructor(
    readonly infra: Infrastructure,
    readonly env: Record<string, string>,
    public service: Running,
    readonly bus: Bus,
  ) {}

  static async open(more: Record<string, string> = {}): Promise<Door> {
    const infra = await infrastructure();
    const env = await infra.env('auth-gateway', { SKEP_ENCRYPTION_KEY: randomBytes(32).toString('base64url'), ...ADMIN, ...more });
    const service = await start(env);
    const bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'silent')), 'test');
    return new Door(infra, env, service, bus);
  }

  async restart(more: Record<string, string> = {}): Promise<void> {
    await this.service.stop();
    this.service = await start({ ...this.env, ...more });
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.service.stop();
    await this.infra.close();
  }

  query(sql: string, values: unknown[] = []) {
    return this.infra.query('auth-gateway', sql, values);
  }

  /** Every mail to an address so far, decoded, oldest first. */
  async mailsTo(address: string): Promise<string[]> {
    const folder = join(this.infra.folder, 'mail');
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
    const mails = await Promise.all(names.map(async (name) => unquote(await readFile(join(folder, name), 'utf8'))));
    return mails.filter((mail) => mail.includes(`To: ${address}`));
  }

  /** The token in the newest mail to an address that has one. */
  tokenFor(address: string): Promise<string> {
    return until(
      `a token for ${address}`,
      async () => (await this.mailsTo(address)).reverse().flatMap((mail) => /token=([\w-]+)/.exec(mail)?.[1] ?? [])[0],
    );
  }

  login(email: string, password = PASSWORD, ctx = someone(), tenant_id = 'default'): Promise<Tokens> {
    return this.bus.call(auth.login, ctx, { email, password, tenant_id });
  }

  /** A verified account, and the session that began with it. */
  async newcomer(email = `${randomBytes(6).toString('hex')}@example.com`, tenant_id = 'default') {
    const tokens = await this.bus.call(auth.register, someone({ actor: 'service:test' }), { email, password: PASSWORD, tenant_id });
    const { sub, sid } = claimsOf(tokens.access_token);
    return { email, tokens, user: sub, session: sid, ctx: someone({ tenant: tenant_id, user: sub, email, actor: 'user' }) };
  }
}

export interface Claims {
  sub: string;
  sid: string;
  iat: number;
  exp: number;
}
export const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Claims;

/** A mail that is plain text may have `=` before two hex digits as well, in a token. */
const unquote = (text: string) =>
  !/^Content-Transfer-Encoding: quoted-printable/im.test(text)
    ? text
    : text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** What a call that must fail has failed with. */
export const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error as { body: { status: number; code: string; detail: unknown }; retryAfter?: number },
  );
export const codeOf = async (call: Promise<unknown>) => (await problemOf(call)).body.code;
