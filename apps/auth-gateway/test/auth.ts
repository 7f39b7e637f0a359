import { auth, type Tokens } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { asAnonymous, startService, waitUntil } from '@skep/testkit';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../src/main.js';

export const PASSWORD = 'correct horse battery';
export const ADMIN = { SKEP_ADMIN_EMAIL: 'admin@example.com', SKEP_ADMIN_PASSWORD: 'the first password' };

/** A context with a random network address, so that tests do not share limits on attempts. */
export const someone = (ctx: Partial<Ctx> = {}): Ctx => asAnonymous({ ip: `10.${randomBytes(3).join('.')}`, ...ctx });

export type AuthHarness = Awaited<ReturnType<typeof startAuth>>;

/** Starts the service and reads the e-mails that it writes. */
export async function startAuth(settings: Record<string, string> = {}) {
  const env = { SKEP_ENCRYPTION_KEY: randomBytes(32).toString('base64url'), ...ADMIN, ...settings };
  const harness = await startService('auth-gateway', start, { env });
  const mailFolder = join(harness.infra.folder, 'mail');

  /** All e-mails to an address so far, decoded, oldest first. */
  async function mailsTo(address: string): Promise<string[]> {
    const names = (await readdir(mailFolder).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
    const texts = await Promise.all(names.map(async (name) => unquote(await readFile(join(mailFolder, name), 'utf8'))));
    return texts.filter((text) => text.includes(`To: ${address}`));
  }

  return {
    ...harness,
    mailsTo,
    /** The token in the newest e-mail to the address that contains one. */
    tokenFor: (address: string) =>
      waitUntil(
        `a token for ${address}`,
        async () => (await mailsTo(address)).reverse().flatMap((mail) => /token=([\w-]+)/.exec(mail)?.[1] ?? [])[0],
        10_000,
      ),
    login: (email: string, password = PASSWORD, ctx = someone(), tenant_id = 'default'): Promise<Tokens> =>
      harness.call(auth.login, ctx, { email, password, tenant_id }),
    /** Registers an account, with its first session. */
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

/** Decodes quoted-printable. Requires the header, because a token in plain text may look like it. */
const unquote = (text: string) =>
  !/^Content-Transfer-Encoding: quoted-printable/im.test(text)
    ? text
    : text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
