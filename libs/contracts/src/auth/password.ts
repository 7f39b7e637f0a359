import { Message } from '../common.js';
import { operation } from '../define.js';
import { Text } from '../fields.js';
import { TooManyRequests } from '../problem.js';
import { InvalidToken, Password, WrongPassword } from './credentials.js';
import { EmailRecipient, UserNotFound } from './account.js';

export class ChangePassword {
  @Text({ min: 1, max: 128 }) current_password!: string;
  @Password() new_password!: string;
}

export class ResetPassword {
  @Text({ min: 1, max: 512, description: 'The token of the link in the mail; works once, for an hour.' }) token!: string;
  @Password() new_password!: string;
}

export const passwordMembers = {
  changePassword: operation('Change your password, which ends your other sessions', {
    input: ChangePassword,
    output: Message,
    problems: [WrongPassword, UserNotFound, TooManyRequests],
  }),
  forgotPassword: operation('Ask for a mail with a link to a new password', {
    input: EmailRecipient,
    output: Message,
    problems: [TooManyRequests],
  }),
  resetPassword: operation('Choose a new password by the link in the mail, which ends all sessions', {
    input: ResetPassword,
    output: Message,
    problems: [InvalidToken, TooManyRequests],
  }),
};
