import { Message, Empty } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { UserNotFound } from './account.js';
import { TenantSuspended, Tokens } from './credentials.js';
import { Proof, PROOF_PROBLEMS, WrongFactor } from './proof.js';

const Name = (docs: FieldDocs = {}) => Text({ min: 1, max: 100, description: 'Name of the passkey.', example: 'Work laptop', ...docs });
const PasskeyId = () => Text({ min: 1, max: 64, description: 'Id of the passkey.', example: 'pk_7Qm2' });

@Shape('A passkey of yours.')
export class PasskeyItem {
  @Text({ description: 'Id of the passkey.', example: 'pk_7Qm2' }) passkey_id!: string;
  @Name() name!: string;
  @Bool({ description: 'True if the provider of the passkey keeps a backup of it.' }) backed_up!: boolean;
  @Instant({ description: 'When the passkey was added.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When the passkey was last used. Null if it was never used.' }) last_used_at!: Date | null;
}

@Shape('Options for the WebAuthn API of a browser.')
export class PasskeyOptions {
  @Json({
    description: '`publicKey` member for `navigator.credentials`, as JSON (WebAuthn L3 §5.1.8, §5.1.9).',
    example: { challenge: 'cGFzc2tleS1jaGFsbGVuZ2U', rpId: 'skep.example.com', userVerification: 'required' },
  })
  options!: Record<string, unknown>;
  @Int({ description: 'Seconds until the challenge in the options expires.', example: 300 }) expires_in!: number;
}

@Shape('A new passkey.')
export class AddPasskey {
  @Json({
    description: 'RegistrationResponseJSON (WebAuthn L3 §5.1): the result of `navigator.credentials.create`.',
    example: { id: 'AbC…', rawId: 'AbC…', type: 'public-key', response: { clientDataJSON: '…', attestationObject: '…' } },
  })
  credential!: Record<string, unknown>;
  @Name() name: string = 'Passkey';
}

@Shape('The passkey that was added.')
export class NewPasskey extends PasskeyItem {
  @List('text', {
    description:
      'Recovery codes, if this is your first second factor; else empty. Each works once in place of the factor. Shown only in this answer.',
    example: ['K7QPM-3XWN9', 'D2VHC-8JRTZ'],
  })
  recovery_codes!: string[];
}

@Shape('Identifies a passkey of yours.')
export class PasskeyRef {
  @PasskeyId() passkey_id!: string;
}

@Shape('A new name for a passkey.')
export class RenamePasskey extends PasskeyRef {
  @Name({ description: 'New name of the passkey.' }) name!: string;
}

@Shape('A passkey to remove, with reauthentication: one of the password and a second factor.')
export class RemovePasskey extends Proof {
  @PasskeyId() passkey_id!: string;
}

@Shape('A sign-in with a passkey.')
export class PasskeyLogin {
  @Json({
    description: 'AuthenticationResponseJSON (WebAuthn L3 §5.1): the result of `navigator.credentials.get`.',
    example: {
      id: 'AbC…',
      rawId: 'AbC…',
      type: 'public-key',
      response: { clientDataJSON: '…', authenticatorData: '…', signature: '…', userHandle: '…' },
    },
  })
  credential!: Record<string, unknown>;
}

export const PasskeyNotFound = problem('passkey_not_found', 404, 'Passkey not found.');

export const passkeyMembers = {
  passkeyLoginOptions: operation('Get the options to sign in with a passkey', {
    description: 'Pass them to `navigator.credentials.get`, and send its result to `POST /v1/auth/passkeys/login/verify`.',
    input: Empty,
    output: PasskeyOptions,
    secret: true,
  }),
  loginWithPasskey: operation('Sign in with a passkey', {
    description: 'Starts a session. A passkey needs no password and no other factor.',
    input: PasskeyLogin,
    output: Tokens,
    secret: true,
    problems: [WrongFactor, TenantSuspended],
  }),
  passkeyOptions: operation('Get the options to add a passkey', {
    description:
      'Requires reauthentication. Pass the options to `navigator.credentials.create`, and send its result to `POST /v1/auth/passkeys/register/verify`.',
    input: Proof,
    output: PasskeyOptions,
    secret: true,
    problems: PROOF_PROBLEMS,
  }),
  addPasskey: operation('Add a passkey', {
    description: 'Ends your other sessions. The first second factor comes with recovery codes.',
    input: AddPasskey,
    output: NewPasskey,
    secret: true,
    problems: [WrongFactor, Conflict, UserNotFound],
  }),
  listPasskeys: operation('List your passkeys', {
    description: 'Oldest first. Shows when each passkey was added and last used.',
    input: Empty,
    output: list(PasskeyItem),
  }),
  renamePasskey: operation('Rename a passkey', {
    description: 'Only changes the name that you see.',
    input: RenamePasskey,
    output: PasskeyItem,
    problems: [PasskeyNotFound],
  }),
  removePasskey: operation('Remove a passkey', {
    description: 'Ends your other sessions.',
    input: RemovePasskey,
    output: Message,
    problems: [...PROOF_PROBLEMS, PasskeyNotFound],
  }),
};
