import { AppRef, IDS } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, type ProblemKind } from '../problem.js';
import { AppNotInstalled, AppSuspended } from '../registry/extension.js';

/** The size that no secret exceeds, in bytes of UTF-8; an app declares a smaller one. */
export const SECRET_BYTES_MAX = 65_536;
export const SECRET_SCOPES = ['user', 'app'] as const;
export type SecretScope = (typeof SECRET_SCOPES)[number];
export const SECRET_WRITE_MODES = ['user', 'extension', 'both'] as const;
export type SecretWriteMode = (typeof SECRET_WRITE_MODES)[number];

const docs = {
  name: { description: 'Name of the secret, as the app declares it.', example: 'api_token' },
  description: { description: 'What the secret is for, as the app describes it.', example: 'Your token of the link service.' },
  value: { description: 'The secret.', example: 'tok_4f9a' },
  is_set: { description: 'Whether the secret has a value.', example: true },
  scope: { description: '`user`: each user has their own. `app`: the developer sets one for all users of the app.', example: 'user' },
  last_accessed_at: { description: 'When the value was last read. Null if it has not been read.', example: '2026-06-21T09:30:00Z' },
  updated_at: { description: 'When the value was set. Null if there is none.', example: '2026-06-20T08:00:00Z' },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies the secrets of an app.')
export class AppSecrets extends AppRef {
  @Optional()
  @Text({
    max: 64,
    description: 'For a service that works for an app: the id of the app, which must be that of the path.',
    example: 'link-saver',
  })
  ext_id?: string;
}

@Shape('Identifies a secret of an app.')
export class SecretRef extends AppSecrets {
  @Text({ min: 1, max: 63, ...docs.name }) name!: string;
}

@Shape('A value for a secret.')
export class SetSecret extends SecretRef {
  @Text({ min: 1, max: SECRET_BYTES_MAX, ...docs.value }) value!: string;
}

@Shape('A secret with its value.')
export class SecretValue {
  @Text(docs.name) name!: string;
  @Text(docs.value) value!: string;
}

@Shape('A secret that an app declares, without its value.')
export class SecretInfo {
  @Text(docs.name) name!: string;
  @Text(docs.description) description!: string;
  @Bool(docs.is_set) is_set!: boolean;
  @OneOf(SECRET_SCOPES, docs.scope) scope!: SecretScope;
  @Bool({ description: 'Whether the app needs the secret to work.', example: true }) required!: boolean;
  @OneOf(SECRET_WRITE_MODES, { description: 'Who sets the value: the user, the app, or both.', example: 'both' })
  write_mode!: SecretWriteMode;
  @Int({ description: 'Maximum size of the value in bytes of UTF-8.', example: 4096 }) max_bytes!: number;
  @Nullable()
  @Int({ description: 'After how many days to replace the value. Null if the app does not say.', example: 90 })
  rotation_hint_days!: number | null;
  @Nullable() @Instant(docs.last_accessed_at) last_accessed_at!: Date | null;
  @Nullable() @Instant(docs.updated_at) updated_at!: Date | null;
}

@Shape('Whether a secret was deleted.')
export class DeletedSecret {
  @Text(docs.name) name!: string;
  @Bool({ description: 'True if the secret had a value.', example: true }) was_set!: boolean;
}

@Shape('A secret was read, set or deleted.')
export class SecretAccessed {
  @Text(IDS.app) app_id!: string;
  @Text(docs.name) name!: string;
  @OneOf(SECRET_SCOPES, docs.scope) scope!: SecretScope;
  @OneOf(['read', 'set', 'deleted'], { description: 'What was done with it.', example: 'read' }) access!: 'read' | 'set' | 'deleted';
}

/** A problem whose `detail` is an object with `error_code`, as clients of secrets read it. */
const secretProblem = (code: string, status: number, title: string): ProblemKind => {
  const kind = problem(code, status, title);
  return Object.assign((detail: string = title) => kind({ error_code: code.toUpperCase(), message: detail }), {
    code,
    status,
    title,
  }) as ProblemKind;
};
export const SecretNotDeclared = secretProblem('secret_not_declared', 403, 'The app does not declare this secret.');
export const SecretNotSet = secretProblem('secret_not_set', 404, 'This secret has no value.');
export const SecretNotReadable = secretProblem('secret_not_readable', 403, 'Only the app itself can read this secret.');
export const SecretNotWritable = secretProblem('secret_not_writable', 403, 'You cannot set this secret.');
export const SecretTooLarge = secretProblem('secret_too_large', 413, 'The value is larger than the app allows.');

const ofApp = [AppNotInstalled, AppSuspended];

export const secretMembers = {
  listSecrets: operation('List the secrets of an app', {
    description:
      'The secrets that the app declares, without values. Secrets of the app itself are listed for its developer and for the app.',
    input: AppSecrets,
    output: list(SecretInfo),
    problems: ofApp,
    spansCalls: true,
  }),
  getSecret: operation('Read a secret', {
    description: 'Each read is in the audit log. A secret of scope `app` can be read by the app itself, not by people.',
    input: SecretRef,
    output: SecretValue,
    problems: [...ofApp, SecretNotDeclared, SecretNotSet, SecretNotReadable],
    secret: true,
    spansCalls: true,
  }),
  getSecretMeta: operation('Read whether a secret is set', {
    description: 'Does not count as a read of the secret.',
    input: SecretRef,
    output: SecretInfo,
    problems: [...ofApp, SecretNotDeclared],
    spansCalls: true,
  }),
  setSecret: operation('Set a secret', {
    description: 'Replaces an earlier value. A secret of scope `app` can be set by the developer of the app only.',
    input: SetSecret,
    output: SecretInfo,
    problems: [...ofApp, SecretNotDeclared, SecretNotWritable, SecretTooLarge],
    spansCalls: true,
  }),
  deleteSecret: operation('Delete a secret', {
    description: 'Deleting a secret that has no value has no effect. Who may set a secret may delete it.',
    input: SecretRef,
    output: DeletedSecret,
    problems: [...ofApp, SecretNotDeclared, SecretNotWritable],
    spansCalls: true,
  }),
  secretAccessed: event(SecretAccessed),
};
