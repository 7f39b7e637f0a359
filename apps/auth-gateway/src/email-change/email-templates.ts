import type { AccountAddress } from '../attempt/attempts.js';
import { type EmailTemplate, passwordResetUrl } from '../mail/mail-queue.js';

// See signup/email-templates.ts: lines have at most 76 characters, and no recipient's name.

/** To the new address. The token is in the URL fragment, which browsers do not send to servers. */
export const confirmNewEmail =
  (to: string, token: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Confirm your new e-mail address',
    text: `Hello,

someone, probably you, wants to use this e-mail address for their account.
Open this link to confirm it:

${site}/confirm-email#token=${token}

The link works once and expires after 24 hours. If this was not you, ignore
this e-mail.
`,
  });

/** To the new address, if it already has an account. */
export const newEmailTaken =
  (to: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'This e-mail address already has an account',
    text: `Hello,

someone, probably you, wants to use this e-mail address for their account
at

${site}

but it already has another account. Nothing was changed.
If this was not you, you do not need to do anything.
`,
  });

/** To the current address, when a change is requested. */
export const emailChangeRequested =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Change of your e-mail address requested',
    text: `Hello,

someone, probably you, asked to change the e-mail address of your account.
The change takes effect when the link that we sent to the new address is
opened.

If this was not you, choose a new password now. This cancels the change:

${passwordResetUrl(site, tenant_id)}
`,
  });

/** To the old address, after the change. */
export const emailChanged =
  (to: string): EmailTemplate =>
  () => ({
    to,
    subject: 'Your e-mail address was changed',
    text: `Hello,

the e-mail address of your account was changed, and this address no longer
works for signing in. If this was not you, contact your administrator.
`,
  });
