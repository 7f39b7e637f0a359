import type { Letter } from '../mail/mails.js';

// Lines of 76 characters at the most, so that the mail travels as plain text. No name of the addressee: whoever signs up with somebody else's address would write a part of our mail.

/** Goes to an address that signed up for the first time. */
export const verification =
  (to: string, token: string): Letter =>
  (site) => ({
    to,
    subject: 'Confirm your e-mail address',
    text: `Hello,

somebody, probably you, has signed up with this e-mail address.
Open this link to confirm it:

${site}/verify-email?token=${token}

The link works once, for 24 hours. If it was not you, do nothing:
no account will be made.
`,
  });

/** Goes to an address whose first signup still waits, when somebody signs up with it again. */
export const signupWaits =
  (to: string): Letter =>
  (site) => ({
    to,
    subject: 'Your sign-up is waiting',
    text: `Hello,

somebody, probably you, has signed up with this e-mail address again.
The first sign-up still waits: open the link in the mail that followed it,
and log in with the password that you chose then.

If the first sign-up was not you, do not open that link. Choose a password
of your own instead, and the first sign-up is void:

${site}/reset-password
`,
  });

/** Goes to an address that has an account, when somebody signs up with it again. */
export const accountExists =
  (to: string): Letter =>
  (site) => ({
    to,
    subject: 'You already have an account',
    text: `Hello,

somebody, probably you, has tried to sign up with this e-mail address,
but it has an account already. Nothing was changed.
Log in with the password that you chose then. If you have forgotten it:

${site}/reset-password

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
  (to: string): Letter =>
  (site) => ({
    to,
    subject: 'Your password was changed',
    text: `Hello,

the password of your account was changed, and your other sessions have ended.
API keys go on working: look through them too if you fear for your account.

If it was not you, choose a new password at once:

${site}/reset-password
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
