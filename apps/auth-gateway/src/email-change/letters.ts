import type { Target } from '../password/attempts.js';
import { type Letter, newPasswordPage } from '../mail/mails.js';

// As in account/letters.ts: lines of 76 characters at the most, and no name of the addressee.

/** Goes to the new address. The token is in the fragment, which no server sees. */
export const confirmNewEmail =
  (to: string, token: string): Letter =>
  (site) => ({
    to,
    subject: 'Confirm your new e-mail address',
    text: `Hello,

somebody, probably you, wants to use this e-mail address for their account.
Open this link to confirm it:

${site}/confirm-email#token=${token}

The link works once, for 24 hours. If it was not you, do nothing.
`,
  });

/** Goes to the new address where it has an account already. */
export const newEmailTaken =
  (to: string): Letter =>
  (site) => ({
    to,
    subject: 'This e-mail address has an account already',
    text: `Hello,

somebody, probably you, wants to use this e-mail address for their account
at

${site}

but there is another account with it already. Nothing was changed.
If it was not you, you need not do anything.
`,
  });

/** Goes to the present address when another one is asked for. */
export const emailWillChange =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'Another e-mail address for your account',
    text: `Hello,

somebody, probably you, has asked for another e-mail address for your
account. It counts once the link in the mail to that address is opened.

If it was not you, choose a new password at once: that stops it.

${newPasswordPage(site, tenant_id)}
`,
  });

/** Goes to the address that the account had until now. */
export const emailChanged =
  (to: string): Letter =>
  () => ({
    to,
    subject: 'Your account has another e-mail address',
    text: `Hello,

your account has another e-mail address now, and this one opens it no longer.
If it was not you, turn to those who run this service.
`,
  });
