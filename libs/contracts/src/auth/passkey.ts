import { Message, Empty } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { UserNotFound } from './account.js';
import { TenantSuspended, Tokens } from './credentials.js';
import { Proof, PROOF_PROBLEMS, WrongFactor } from './proof.js';

/** What a passkey is called. */
const Name = () => Text({ min: 1, max: 100, example: 'Work laptop' });

export class PasskeyItem {
  @Text({ example: 'pk_7Qm2' }) passkey_id!: string;
  @Name() name!: string;
  @Bool({ description: 'Its maker keeps a copy of it elsewhere.' }) backed_up!: boolean;
  @Instant() created_at!: Date;
  @Nullable() @Instant() last_used_at!: Date | null;
}

export class PasskeyOptions {
  @Json({ description: 'For `navigator.credentials`: the `publicKey` member, as JSON (WebAuthn L3 §5.1.8, §5.1.9).' })
  options!: Record<string, unknown>;
  @Int({ description: 'Seconds until the challenge in them ends.' }) expires_in!: number;
}

export class AddPasskey {
  @Json({ description: 'RegistrationResponseJSON (WebAuthn L3 §5.1): what `navigator.credentials.create` gives.' })
  credential!: Record<string, unknown>;
  @Name() name: string = 'Passkey';
}

export class NewPasskey extends PasskeyItem {
  @List('text', { description: 'With your first factor: each opens the account once in its place. Shown this once.' })
  recovery_codes!: string[];
}

export class PasskeyRef {
  @Text({ min: 1, max: 64 }) passkey_id!: string;
}

export class RenamePasskey extends PasskeyRef {
  @Name() name!: string;
}

export class RemovePasskey extends Proof {
  @Text({ min: 1, max: 64 }) passkey_id!: string;
}

export class PasskeyLogin {
  @Json({ description: 'AuthenticationResponseJSON (WebAuthn L3 §5.1): what `navigator.credentials.get` gives.' })
  credential!: Record<string, unknown>;
}

export const PasskeyNotFound = problem('passkey_not_found', 404, 'There is no such passkey.');

export const passkeyMembers = {
  passkeyLoginOptions: operation('Begin to sign in with a passkey', { input: Empty, output: PasskeyOptions, secret: true }),
  loginWithPasskey: operation('Sign in with a passkey', {
    input: PasskeyLogin,
    output: Tokens,
    secret: true,
    problems: [WrongFactor, TenantSuspended],
  }),
  passkeyOptions: operation('Begin to add a passkey', {
    input: Proof,
    output: PasskeyOptions,
    secret: true,
    problems: PROOF_PROBLEMS,
  }),
  addPasskey: operation('Add a passkey, which ends your other sessions', {
    input: AddPasskey,
    output: NewPasskey,
    secret: true,
    problems: [WrongFactor, Conflict, UserNotFound],
  }),
  listPasskeys: operation('List your passkeys', { input: Empty, output: list(PasskeyItem) }),
  renamePasskey: operation('Rename a passkey', { input: RenamePasskey, output: PasskeyItem, problems: [PasskeyNotFound] }),
  removePasskey: operation('Remove a passkey, which ends your other sessions', {
    input: RemovePasskey,
    output: Message,
    problems: [...PROOF_PROBLEMS, PasskeyNotFound],
  }),
};
