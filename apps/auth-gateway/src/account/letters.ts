import type { Letter } from '../mail/mails.js';

// Lines of 76 characters at the most, so that the mail travels as plain text. No name of the addressee: whoever signs up with somebody else's address would write a part of our mail.

/** Goes to an address that signed up for the first time. */
export const verification = (to: string, publicUrl: string, token: string): Letter => ({
  to,
  subject: 'Confirm your e-mail address',
  text: `Hello,

somebody, probably you, has signed up with this e-mail address.
Open this link to confirm it:

${publicUrl.replace(/\/+$/, '')}/verify-email?token=${token}

The link works once, for 24 hours. If it was not you, do nothing:
no account will be made.
`,
});

/** Goes to an address whose first signup still waits, when somebody signs up with it again. */
export const signupWaits = (to: string): Letter => ({
  to,
  subject: 'Your sign-up is waiting',
  text: `Hello,

somebody, probably you, has signed up with this e-mail address again.
The first sign-up still waits: open the link in the mail that followed it,
and log in with the password that you chose then.

If the first sign-up was not you, do not open that link. It stops working
24 hours after it was sent; then sign up again.
`,
});

/** Goes to an address that has an account, when somebody signs up with it again. */
export const accountExists = (to: string, publicUrl: string): Letter => ({
  to,
  subject: 'You already have an account',
  text: `Hello,

somebody, probably you, has tried to sign up with this e-mail address,
but it has an account already. Nothing was changed.
Log in with the password that you chose then:

${publicUrl}

If it was not you, you need not do anything.
`,
});
