import { Int, OneOf, Optional, Text } from './fields.js';

/** No input at all. */
export class Empty {}

/** A sentence for a person. */
export class Message {
  @Text() message!: string;
}

/**
 * Where a whole list goes on after an answer that did not hold all of it: an answer has a bounded number of bytes. The platform leaves
 * out what comes before; the handler answers the whole list.
 */
export class ListOffset {
  @Optional()
  @Int({ min: 0, max: 1_000_000, description: 'Rows to leave out: where the answer before ended, as its `Link` says.' })
  offset?: number;
}

/** Where a list starts and how long it may be. */
export class LimitOffset {
  @Int({ min: 1, max: 200 }) limit: number = 50;
  @Int({ min: 0, max: 1_000_000 }) offset: number = 0;
}

/** Page numbers start at 1. */
export class PageNumber {
  @Int({ min: 1, max: 100_000 }) page: number = 1;
  @Int({ min: 1, max: 200 }) per_page: number = 50;
}

export const APP_ID = /^[a-z0-9][a-z0-9-]*[a-z0-9]$/;
/** The id of an app: 2 to 64 characters of `a-z`, `0-9` and inner hyphens. */
export const AppId = () => Text({ min: 2, max: 64, pattern: APP_ID, example: 'link-saver' });

/** Names one app. */
export class AppRef {
  @AppId() app_id!: string;
}

export const PRICING_MODELS = ['free', 'per_action', 'subscription'] as const;
export const PricingModel = () => OneOf(PRICING_MODELS);
