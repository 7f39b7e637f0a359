import type { AccountAddress } from '../attempt/attempts.js';
import { type EmailTemplate, passwordResetUrl } from '../mail/mail-queue.js';

// See signup/email-templates.ts: lines have at most 76 characters, and no recipient's name.

/** To an address that has an account or a pending sign-up. The token is in the URL fragment, which browsers do not send to servers. */
export const passwordResetLink =
  (to: string, token: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Choose a new password',
    text: `Hello,

someone, probably you, asked for a new password.
Open this link to choose one:

${site}/reset-password#token=${token}

The link works once and expires after an hour. Your new password signs you
out everywhere. If this was not you, ignore this e-mail: your password stays
the same.
`,
  });

/** To an address without an account, when someone asks for a new password. */
export const noAccountForReset =
  (to: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'No account with this e-mail address',
    text: `Hello,

someone, probably you, asked for a new password at

${site}

but there is no account with this e-mail address. Perhaps you signed up
with another one. If this was not you, you do not need to do anything.
`,
  });

/** To the owner of an account whose password was changed. */
export const passwordChanged =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Your password was changed',
    text: `Hello,

the password of your account was changed, and you were signed out of your
other sessions. API keys still work: review them if you did not do this.

If this was not you, choose a new password now:

${passwordResetUrl(site, tenant_id)}
`,
  });
