import { AppId, AppRef, IDS } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Nullable, OneOf, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { InvalidCredentials } from './credentials.js';

const docs = {
  token_id: { description: 'Id of the token.', example: 'ext_9d2k' },
  token: { description: 'The extension token. Shown only in this answer: store it now.', example: 'skep_ext_…' },
  prefix: { description: 'First 15 characters of the token, to recognise it.', example: 'skep_ext_a1B2c3' },
  created_at: { description: 'When the token was created.' },
} satisfies Record<string, FieldDocs>;

@Shape('An extension token, without the token itself.')
export class ExtensionTokenItem {
  @Text(docs.token_id) token_id!: string;
  @Text(docs.prefix) prefix!: string;
  @AppId() app_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Instant(docs.created_at) created_at!: Date;
  @Nullable()
  @Instant({ description: 'When the token was last used, accurate to a minute. Null if it was never used.' })
  last_used_at!: Date | null;
}

@Shape('A new extension token. The only answer that contains the token itself.')
export class CreatedExtensionToken {
  @Text(docs.token_id) token_id!: string;
  @Text(docs.token) token!: string;
  @Text(docs.prefix) prefix!: string;
  @AppId() app_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('The extension tokens of one app in one tenant.')
export class ExtensionTokenList {
  @List(() => ExtensionTokenItem, { description: 'Tokens, newest first.' }) tokens!: ExtensionTokenItem[];
  @Int({ description: 'Number of tokens.' }) total!: number;
}

@Shape('Identifies an extension token of one app.')
export class ExtensionTokenRef extends AppRef {
  @Text({ min: 1, max: 64, ...docs.token_id }) token_id!: string;
}

@Shape('A revoked extension token.')
export class ExtensionTokenRevoked {
  @Text(docs.token_id) token_id!: string;
  @OneOf(['revoked'], { description: 'Always `revoked`.' }) status!: string;
}

@Shape('An extension token to verify.')
export class ExtensionTokenSecret {
  @Text({ min: 1, max: 512, ...docs.token }) token!: string;
}

@Shape('The app and the tenant of an extension token.')
export class ExtensionTokenHolder {
  @AppId() app_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
}

export const ExtensionTokenNotFound = problem('extension_token_not_found', 404, 'Extension token not found.');

/** Internal: called by developer-portal, which checks first that the app is the caller's, and by the operator. */
export const extensionTokenMembers = {
  createExtensionToken: operation('Create an extension token', {
    input: AppRef,
    output: CreatedExtensionToken,
    problems: [Conflict],
    secret: true,
  }),
  listExtensionTokens: operation('List the extension tokens of an app', { input: AppRef, output: ExtensionTokenList }),
  revokeExtensionToken: operation('Revoke an extension token', {
    input: ExtensionTokenRef,
    output: ExtensionTokenRevoked,
    problems: [ExtensionTokenNotFound],
  }),
  /** Internal: called by the gateway for each request with an unknown token. */
  verifyExtensionToken: operation('Read the app of an extension token', {
    input: ExtensionTokenSecret,
    output: ExtensionTokenHolder,
    problems: [InvalidCredentials],
  }),
};
