import type { AccountAddress } from '../attempt/attempts.js';
import { type EmailTemplate, passwordResetUrl } from '../mail/mail-queue.js';

// See signup/email-templates.ts: lines have at most 76 characters, and no recipient's name.

/** To the owner of an account when a recovery code was used. */
export const recoveryCodeUsed =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'A recovery code was used',
    text: `Hello,

someone, probably you, used one of the recovery codes of your account.
It cannot be used again. If few are left, create new ones.

If this was not you, choose a new password now and replace the codes:

${passwordResetUrl(site, tenant_id)}
`,
  });

/** To the owner of an account when someone with the password entered several wrong TOTP codes. */
export const totpGuessed =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Someone knows your password',
    text: `Hello,

someone entered your password correctly, and then several wrong codes of
your authenticator app. They could not sign in.
If this was not you, choose a new password now:

${passwordResetUrl(site, tenant_id)}
`,
  });
