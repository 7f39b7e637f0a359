import type { Target } from '../password/attempts.js';
import { type Letter, newPasswordPage } from '../mail/mails.js';

// Lines of 76 characters at the most, so that the mail travels as plain text. No name of the addressee: whoever signs up with somebody else's address would write a part of our mail.

/** Goes to an address that signed up for the first time. The token is in the fragment, which no server sees. */
export const verification =
  (to: string, token: string): Letter =>
  (site) => ({
    to,
    subject: 'Confirm your e-mail address',
    text: `Hello,

somebody, probably you, has signed up with this e-mail address.
Open this link and type in the password that you chose:

${site}/verify-email#token=${token}

The link works once, for 24 hours.

If you have not signed up, do not open it: no account will be made.
`,
  });

/** Goes to an address whose first signup still waits, when somebody signs up with it again. */
export const signupWaits =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'Your sign-up is waiting',
    text: `Hello,

somebody, probably you, has signed up with this e-mail address again.
Open the link in the mail that followed the first sign-up, and type in the
password that you chose: an account is made with that one alone.

If you do not have that mail or that password, choose a new password. Every
sign-up that waits for this address is void then:

${newPasswordPage(site, tenant_id)}
`,
  });

/** Goes to an address that has an account, when somebody signs up with it again. */
export const accountExists =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'You already have an account',
    text: `Hello,

somebody, probably you, has tried to sign up with this e-mail address,
but it has an account already. Nothing was changed.
Log in with the password that you chose then. If you have forgotten it:

${newPasswordPage(site, tenant_id)}

If it was not you, you need not do anything.
`,
  });

/** Goes to an address that has an account, or a sign-up that waits, when somebody cannot log in. The token is in the fragment, which no server sees. */
export const passwordReset =
  (to: string, token: string): Letter =>
  (site) => ({
    to,
    subject: 'Choose a new password',
    text: `Hello,

somebody, probably you, has asked for a new password.
Open this link to choose one:

${site}/reset-password#token=${token}

The link works once, for an hour. All your sessions end with it.
If it was not you, do nothing: your password stays as it is.
`,
  });

/** Goes to an address without an account when somebody asks for a new password. */
export const nothingToReset =
  (to: string): Letter =>
  (site) => ({
    to,
    subject: 'There is no account to open',
    text: `Hello,

somebody, probably you, has asked for a new password at

${site}

but there is no account with this e-mail address. Perhaps you signed up
with another one. If it was not you, you need not do anything.
`,
  });

/** Goes to the owner of an account whenever its password has been changed. */
export const passwordChanged =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'Your password was changed',
    text: `Hello,

the password of your account was changed, and your other sessions have ended.
API keys go on working: look through them too if you fear for your account.

If it was not you, choose a new password at once:

${newPasswordPage(site, tenant_id)}
`,
  });

/** Goes to an address for which no sign-up waits, when somebody asks for the link again. */
export const noSignupWaits =
  (to: string): Letter =>
  () => ({
    to,
    subject: 'No sign-up is waiting',
    text: `Hello,

somebody, probably you, has asked us to confirm this e-mail address again,
but no sign-up is waiting for it. Sign up again: a link works for 24 hours.

If it was not you, you need not do anything.
`,
  });
