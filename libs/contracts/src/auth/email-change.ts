import { Message } from '../common.js';
import { operation } from '../define.js';
import { Email, Shape } from '../fields.js';
import { CurrentPassword, InvalidToken, MailToken } from './credentials.js';
import { FactorAnswer, PROOF_PROBLEMS } from './proof.js';

@Shape('A change of your e-mail address. Needs the password and, if the account has one, a second factor.')
export class ChangeEmail extends FactorAnswer {
  @Email({ description: 'New e-mail address.', example: 'ada.new@example.com' }) new_email!: string;
  @CurrentPassword({ description: 'Your password.' }) password!: string;
}

@Shape('Confirmation of a new e-mail address with the token from the link.')
export class ConfirmEmail {
  @MailToken('24 hours') token!: string;
}

export const emailChangeMembers = {
  changeEmail: operation('Request a change of your e-mail address', {
    description: 'Sends a link to the new address. The address changes when the link is opened.',
    input: ChangeEmail,
    output: Message,
    problems: PROOF_PROBLEMS,
  }),
  confirmEmail: operation('Confirm your new e-mail address', {
    description: 'From now on the account signs in with the new address.',
    input: ConfirmEmail,
    output: Message,
    problems: [InvalidToken],
  }),
};
