import { Message } from '../common.js';
import { operation } from '../define.js';
import { Email, Text } from '../fields.js';
import { InvalidToken } from './credentials.js';
import { FactorAnswer, PROOF_PROBLEMS } from './proof.js';

/** Takes the password, and a second factor too where the account has one. */
export class ChangeEmail extends FactorAnswer {
  @Email({ example: 'ada.new@example.com' }) new_email!: string;
  @Text({ min: 1, max: 128 }) password!: string;
}

export class ConfirmEmail {
  @Text({ min: 1, max: 512, description: 'The token of the link in the mail; works once, for 24 hours.' }) token!: string;
}

export const emailChangeMembers = {
  changeEmail: operation('Ask for another e-mail address', {
    input: ChangeEmail,
    output: Message,
    problems: PROOF_PROBLEMS,
  }),
  confirmEmail: operation('Change your e-mail address by the link in the mail', {
    input: ConfirmEmail,
    output: Message,
    problems: [InvalidToken],
  }),
};
