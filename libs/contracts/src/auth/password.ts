import { Message } from '../common.js';
import { operation } from '../define.js';
import { Shape } from '../fields.js';
import { TooManyRequests } from '../problem.js';
import { CurrentPassword, InvalidToken, MailToken, Password, WrongPassword } from './credentials.js';
import { EmailRecipient, UserNotFound } from './account.js';

@Shape('A change of your password.')
export class ChangePassword {
  @CurrentPassword({ description: 'Your current password.' }) current_password!: string;
  @Password({ example: 'staple correct horse' }) new_password!: string;
}

@Shape('A new password, with the token from the link.')
export class ResetPassword {
  @MailToken('one hour') token!: string;
  @Password() new_password!: string;
}

export const passwordMembers = {
  changePassword: operation('Change your password', {
    description: 'Ends your other sessions.',
    input: ChangePassword,
    output: Message,
    problems: [WrongPassword, UserNotFound, TooManyRequests],
  }),
  forgotPassword: operation('Request a password reset', {
    description: 'Sends an e-mail with a link. The answer does not reveal whether the address has an account.',
    input: EmailRecipient,
    output: Message,
    problems: [TooManyRequests],
  }),
  resetPassword: operation('Reset your password', {
    description: 'Ends all sessions of the account.',
    input: ResetPassword,
    output: Message,
    problems: [InvalidToken, TooManyRequests],
  }),
};
