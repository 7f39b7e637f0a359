import { Message } from '../common.js';
import { operation } from '../define.js';
import { Instant, List, Shape, Text } from '../fields.js';
import { NotConfigured, Unavailable } from '../problem.js';
import { Principal } from './account.js';
import { InvalidCredentials } from './credentials.js';
import { PersonRef } from './scope.js';

const SUBJECT = { description: 'Id of a Firebase user: the `sub` of their ID tokens.', example: 'kE7hX2pQ9sVb1tYw3zRa' };

@Shape('A Firebase ID token.')
export class FirebaseToken {
  @Text({ min: 1, max: 8_192, description: 'The ID token.', example: 'eyJhbGciOiJSUzI1NiJ9…' }) token!: string;
}

@Shape('The user of a Firebase ID token. Their address is that of the token, empty if it has none.')
export class FirebaseUser extends Principal {
  @Instant({ description: 'When the person signed in at Firebase.' }) signed_in_at!: Date;
}

@Shape('Identifies a Firebase user.')
export class FirebaseRef {
  @Text({ min: 1, max: 128, ...SUBJECT }) subject!: string;
}

@Shape('The Firebase users of an account whose sign-ins were ended.')
export class SignInsEnded {
  @List('text', { description: 'Ids of the Firebase users of the account.', example: [SUBJECT.example] }) subjects!: string[];
}

/** Internal: called by the gateway, and by the coach for a person who deletes their account. */
export const firebaseMembers = {
  identifyFirebase: operation('Read the user of a Firebase ID token', {
    description: 'The first token of a Firebase user creates their account.',
    input: FirebaseToken,
    output: FirebaseUser,
    problems: [InvalidCredentials, Unavailable],
    spansCalls: true,
  }),
  endSignIns: operation('End all sign-ins of a user', {
    description: 'Ends their sessions, and their sign-ins at Firebase: ID tokens of these are refused from now on. Idempotent.',
    input: PersonRef,
    output: SignInsEnded,
    problems: [Unavailable],
    spansCalls: true,
  }),
  deleteFirebase: operation('Delete a Firebase user', {
    description: 'A user who does not exist counts as deleted.',
    input: FirebaseRef,
    output: Message,
    problems: [NotConfigured, Unavailable],
    spansCalls: true,
  }),
};
