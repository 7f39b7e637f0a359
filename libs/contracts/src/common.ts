import { type FieldDocs, Int, Json, OneOf, Optional, Shape, Text } from './fields.js';

/** Documentation of the ids that many classes contain. */
export const IDS = {
  user: { description: 'Id of the user.', example: 'imp_u_4f9a' },
  developer: { description: 'User id of the developer.', example: 'imp_u_7c21' },
  tenant: { description: 'Id of the tenant.', example: 'default' },
  app: { description: 'Id of the app.', example: 'link-saver' },
  function: { description: 'Name of the function.', example: 'save_link' },
  trace: { description: 'Id of the request and all that it caused.', example: '0af7651916cd43dd8448eb211c80319c' },
} satisfies Record<string, FieldDocs>;

@Shape('An operation without input.')
export class Empty {}

@Shape('A message for the user.')
export class Message {
  @Text({ description: 'One sentence.', example: 'Done.' }) message!: string;
}

@Shape('The answer to a webhook whose sender expects a certain one.')
export class WebhookAnswer {
  @Int({ min: 200, max: 599, description: 'The HTTP status.' }) status_code!: number;
  @Optional() @Json({ description: 'Headers by name: `Content-Type` and `Retry-After`. Others are not sent.' }) headers?: object;
  @Optional() @Text({ max: 100_000, description: 'The body.' }) body?: string;
}

const OFFSET_MAX = 1_000_000;

/** A field of lists with cursors. */
export const Cursor = (): PropertyDecorator => (target, key) => {
  Optional()(target, key);
  Text({
    max: 500,
    description: 'Where to continue: the `cursor` in the `Link` header of the previous page. It overrides the offset or page number.',
    example: 'WyJuZXdlc3QiLCIyMDI2LTA2LTIxIDA5OjMwOjAwKzAwIiwiMTA0MiJd',
  })(target, key);
};

/** For published lists without pages. An answer has at most 1,000 rows and a limited size; a longer list continues at `cursor`. */
@Shape('Where to continue a list that did not fit into one answer.')
export class ListCursor {
  @Cursor() cursor?: string;
}

@Shape('Which rows of a list to return.')
export class LimitOffset {
  @Int({ min: 1, max: 200, description: 'Maximum number of rows.' }) limit: number = 50;
  @Int({ min: 0, max: OFFSET_MAX, description: 'Rows to skip.' }) offset: number = 0;
}

@Shape('Which rows of a list to return.')
export class LimitOffsetCursor extends LimitOffset {
  @Cursor() cursor?: string;
}

@Shape('Which page of a list to return.')
export class PageNumber {
  @Int({ min: 1, max: 100_000, description: 'Page number; the first page is 1.' }) page: number = 1;
  @Int({ min: 1, max: 200, description: 'Rows per page.' }) per_page: number = 50;
}

export const APP_ID = /^[a-z0-9][a-z0-9-]*[a-z0-9]$/;
/** The id of an app: 2 to 64 characters of `a-z`, `0-9` and inner hyphens. */
export const AppId = () => Text({ min: 2, max: 64, pattern: APP_ID, ...IDS.app });

@Shape('Identifies an app.')
export class AppRef {
  @AppId() app_id!: string;
}

export const PRICING_MODELS = ['free', 'per_action', 'subscription'] as const;
export const PricingModel = () => OneOf(PRICING_MODELS, { description: 'How users pay for the app.', example: 'per_action' });
