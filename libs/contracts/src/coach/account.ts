import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';

/** What a deletion consists of, in its order. */
export const DELETION_STEPS = ['sessions', 'providers', 'channels', 'devices', 'data', 'account', 'apple', 'identity'] as const;
export type DeletionStepName = (typeof DELETION_STEPS)[number];

const docs = {
  deletion_id: { description: 'Id of the deletion.', example: 'del_6Qk1' },
  requested_at: { description: 'When the person asked for it.' },
} satisfies Record<string, FieldDocs>;

@Shape('The deletion of your account, which cannot be undone.')
export class DeleteAccount {
  @Bool({ description: 'Must be true.', example: true }) confirm!: boolean;
  @Optional()
  @Text({
    max: 2_000,
    description: 'A fresh authorization code of Sign in with Apple, if you signed in with it: Skep withdraws your consent there.',
    example: 'c6a3…',
  })
  apple_authorization_code?: string;
}

@Shape('A deletion that was scheduled.')
export class ScheduledDeletion {
  @Text(docs.deletion_id) deletion_id!: string;
  @OneOf(['scheduled'], { description: 'Always `scheduled`.' }) status!: 'scheduled';
}

@Shape('A step of a deletion that is done.')
export class DeletionStep {
  @OneOf(DELETION_STEPS, {
    description:
      '`sessions` end; `providers` of health data revoke what they have granted; `channels` forget push tokens, browsers and linked chats, and attested `devices` are forgotten; the `data` of the coach and then the `account` are erased; consents at `apple` are withdrawn; the Firebase `identity` is deleted.',
    example: 'sessions',
  })
  name!: DeletionStepName;
  @Text({ description: 'How it ended.', example: 'done' }) outcome!: string;
  @Instant({ description: 'When it ended.' }) at!: Date;
}

@Shape('A deletion that is in progress.')
export class Deletion {
  @Text(docs.deletion_id) deletion_id!: string;
  @Instant(docs.requested_at) requested_at!: Date;
  @List(() => DeletionStep, { description: 'The steps that are done, in their order.' }) steps!: DeletionStep[];
}

@Shape('The state of your account.')
export class AccountState {
  @Text(IDS.user) user_id!: string;
  @OneOf(['active', 'deleting'], { description: '`deleting`: it is being deleted, and takes nothing new.', example: 'active' })
  state!: 'active' | 'deleting';
  @Nullable() @Nested(() => Deletion, { description: 'The deletion, if there is one.' }) deletion!: Deletion | null;
}

@Shape('What the coach knows of you.')
export class AccountExport {
  @Text(IDS.user) user_id!: string;
  @Instant({ description: 'When it was read.' }) exported_at!: Date;
  @Json({ description: 'Lists of records by what they are.', example: { person: [], profile: [] } })
  data!: Record<string, unknown>;
}

export const RequiresRecentLogin = problem(
  'requires_recent_login',
  403,
  'Sign in again first: your last sign-in is more than five minutes ago.',
);
export const AccountDeleting = problem('account_deleting', 409, 'Your account is being deleted. It takes nothing new.');

const scope = 'coach:use';

export const accountMembers = {
  deleteAccount: operation('Delete your account', {
    description:
      'Needs a sign-in within the last five minutes. Ends your sessions, revokes what health providers have granted, erases your data and your account everywhere, and deletes your Firebase user last. Repeating it returns the same deletion. Changes answer 409 `account_deleting` meanwhile.',
    input: DeleteAccount,
    output: ScheduledDeletion,
    problems: [RequiresRecentLogin, Conflict],
    scope,
  }),
  getAccount: operation('Read the state of your account', { input: Empty, output: AccountState, scope }),
  exportAccount: operation('Export what the coach knows of you', {
    description: 'All records of the coach about you.',
    input: Empty,
    output: AccountExport,
    scope,
  }),
};
