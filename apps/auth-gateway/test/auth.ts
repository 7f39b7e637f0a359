import { auth, type Tokens } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { nobody, startService, waitUntil } from '@skep/testkit';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../src/main.js';

export const PASSWORD = 'correct horse battery';
export const ADMIN = { SKEP_ADMIN_EMAIL: 'admin@example.com', SKEP_ADMIN_PASSWORD: 'the first password' };

/** A context from a network address of its own, so that tests do not share a back-off. */
export const someone = (who: Partial<Ctx> = {}): Ctx => nobody({ ip: `10.${randomBytes(3).join('.')}`, ...who });

export type AuthHarness = Awaited<ReturnType<typeof startAuth>>;

/** The service as its callers see it, and the mails it sends. */
export async function startAuth(more: Record<string, string> = {}) {
  const env = { SKEP_ENCRYPTION_KEY: randomBytes(32).toString('base64url'), ...ADMIN, ...more };
  const harness = await startService('auth-gateway', start, { env });
  const mails = join(harness.infra.folder, 'mail');

  /** Every mail to an address so far, decoded, oldest first. */
  async function mailsTo(address: string): Promise<string[]> {
    const names = (await readdir(mails).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
    const texts = await Promise.all(names.map(async (name) => unquote(await readFile(join(mails, name), 'utf8'))));
    return texts.filter((text) => text.includes(`To: ${address}`));
  }

  return {
    ...harness,
    mailsTo,
    /** The token in the newest mail to an address that has one. */
    tokenFor: (address: string) =>
      waitUntil(
        `a token for ${address}`,
        async () => (await mailsTo(address)).reverse().flatMap((mail) => /token=([\w-]+)/.exec(mail)?.[1] ?? [])[0],
        10_000,
      ),
    login: (email: string, password = PASSWORD, ctx = someone(), tenant_id = 'default'): Promise<Tokens> =>
      harness.call(auth.login, ctx, { email, password, tenant_id }),
    /** A verified account, and the session that began with it. */
    newcomer: async (email = `${randomBytes(6).toString('hex')}@example.com`, tenant_id = 'default') => {
      const tokens = await harness.call(auth.register, someone({ actor: 'service:test' }), { email, password: PASSWORD, tenant_id });
      const { sub, sid } = claimsOf(tokens.access_token);
      return { email, tokens, user: sub, session: sid, ctx: someone({ tenant: tenant_id, user: sub, email, actor: 'user' }) };
    },
  };
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
