import { Empty } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured } from '../problem.js';
import { AccountExpired, AccountNotFound, ConnectionFailed, PROVIDER_NAME, StateInvalid } from './account.js';
import { HealthProviderNotFound } from './health.js';

const docs = {
  provider: { description: 'Id of the health provider.', example: 'garmin' },
  purpose_id: {
    description: 'What the grant is for, such as one route to send. It is chosen by the service that asks.',
    example: 'snd_8kQ2',
  },
  expires_at: { description: 'Until when the visitor can agree.', example: '2026-06-21T09:40:00Z' },
} satisfies Record<string, FieldDocs>;

@Shape('What a grant of a visitor is for.')
export class VisitorPurpose {
  @Text({ min: 1, max: 128, ...docs.purpose_id }) purpose_id!: string;
}

@Shape('A grant of a visitor, who has no account here, to start.')
export class StartVisitorGrant extends VisitorPurpose {
  @Text({ pattern: PROVIDER_NAME, max: 64, ...docs.provider }) provider!: string;
  @Text({
    max: 200,
    pattern: /^\/[a-z0-9/_-]+$/,
    description: 'Path of this installation to which the provider sends the browser.',
    example: '/route-send/garmin/callback',
  })
  redirect_path!: string;
}

@Shape('Where to send the browser of a visitor.')
export class StartedVisitorGrant {
  @Text({
    description: 'Address at the provider, on which the visitor agrees.',
    example: 'https://connect.garmin.com/oauth2Confirm?client_id=4711',
  })
  authorization_url!: string;
  @Instant(docs.expires_at) expires_at!: Date;
}

@Shape('What a provider tells with the browser of a visitor.')
export class FinishVisitorGrant {
  @Text({ pattern: PROVIDER_NAME, max: 64, ...docs.provider }) provider!: string;
  @Text({ max: 200, description: '`state` of the address that the grant started with.', example: 'mVJg0Ck' }) state: string = '';
  @Optional() @Text({ max: 4000, description: 'The code of the provider.', example: '4/0AX4' }) code?: string;
  @Optional() @Text({ max: 500, description: 'Why there is no code.', example: 'access_denied' }) error?: string;
}

@Shape('How the grant of a visitor ended.')
export class FinishedVisitorGrant {
  @Text(docs.purpose_id) purpose_id!: string;
  @OneOf(['granted', 'denied', 'failed'], {
    description:
      '`denied`: the visitor or the provider said no. `failed`: the provider gave no usable answer; the grant has to be started again.',
    example: 'granted',
  })
  status!: 'granted' | 'denied' | 'failed';
}

@Shape('Asks for an access token of a visitor.')
export class GetVisitorToken extends VisitorPurpose {
  @Optional()
  @Text({ max: 4000, description: 'A token that the provider has refused: the answer is another one.', example: 'eyJhbGci' })
  stale_token?: string;
}

@Shape('An access token of a visitor.')
export class VisitorToken {
  @Text({ description: 'The token.', example: 'eyJhbGci' }) access_token!: string;
}

export const visitorMembers = {
  startVisitorGrant: operation('Ask a visitor for access to a health provider (services only)', {
    description:
      'For people without an account: a grant for one purpose. It works once, within ten minutes. Starting again for the same purpose replaces it. Who calls it binds the browser.',
    input: StartVisitorGrant,
    output: StartedVisitorGrant,
    problems: [HealthProviderNotFound, NotConfigured],
  }),
  finishVisitorGrant: operation('Take the answer of a visitor (services only)', {
    input: FinishVisitorGrant,
    output: FinishedVisitorGrant,
    problems: [HealthProviderNotFound, NotConfigured, StateInvalid],
    spansCalls: true,
  }),
  visitorToken: operation('Get an access token of a visitor (services only)', {
    description: 'Refreshes the token when it is about to expire, and one that the provider has refused. A grant is kept for a day.',
    input: GetVisitorToken,
    output: VisitorToken,
    problems: [AccountNotFound, AccountExpired, ConnectionFailed, NotConfigured],
    secret: true,
    spansCalls: true,
  }),
  dropVisitorGrant: operation('Forget the grant of a visitor (services only)', {
    description: 'Idempotent.',
    input: VisitorPurpose,
    output: Empty,
  }),
};
