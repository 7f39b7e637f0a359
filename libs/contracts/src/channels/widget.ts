import { operation } from '../define.js';
import { Instant, List, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { BridgeNotFound, BridgeStopped } from './bridge.js';
import { chatDocs, DIRECTIONS, type Direction } from './inbox.js';

/** Bytes of a request of a widget. */
export const WIDGET_REQUEST_MAX = 32_768;

const docs = {
  slug: { description: 'Last part of the address of the channel.', example: '4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  visitor: { description: 'What the first answer named the visitor. It is a secret of their browser.', example: 'mJ8q0c5Zr1kq7v2s' },
  origin: { description: 'The header `Origin`, which the gateway fills in.', example: 'https://example.com' },
};

@Shape('Where a visitor writes.')
export class WidgetRef {
  @Text({ max: 200, ...docs.slug }) slug!: string;
  @Optional() @Text({ max: 300, ...docs.origin }) origin?: string;
}

@Shape('What a visitor of a page writes.')
export class SayAsVisitor extends WidgetRef {
  @Optional() @Text({ min: 1, max: 100, ...docs.visitor }) visitor?: string;
  @Text({ min: 1, max: 4_000, ...chatDocs.content }) text!: string;
  @Optional()
  @Text({ min: 1, max: 100, description: 'An id that the page gives the message: one that comes again is not taken again.', example: 'm1' })
  message_id?: string;
}

@Shape('The message of a visitor is stored.')
export class SaidAsVisitor {
  @Text(docs.visitor) visitor!: string;
}

@Shape('A visitor who reads.')
export class FollowAsVisitor extends WidgetRef {
  @Text({ min: 1, max: 100, ...docs.visitor }) visitor!: string;
}

@Shape('A message between a visitor and the agent.')
export class WidgetMessage {
  @Text(chatDocs.message) id!: string;
  @OneOf(DIRECTIONS, { description: 'Whether the visitor wrote it.', example: 'outbound' }) direction!: Direction;
  @Text({ max: 100_000, ...chatDocs.content }) content!: string;
  @Instant({ description: 'When it came or was written.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
}

@Shape('The chat of a visitor.')
export class WidgetChat {
  @Text({ description: 'Tenant of the person whose channel it is.' }) tenant_id!: string;
  @Text({ description: 'The person.' }) user_id!: string;
  @Text(chatDocs.session) session_id!: string;
  @List(() => WidgetMessage, { description: 'The latest 50 messages, the oldest first.' }) messages!: WidgetMessage[];
}

export const OriginNotAllowed = problem('origin_not_allowed', 403, 'This channel is not for pages of this origin.');
export const VisitorNotFound = problem('visitor_not_found', 404, 'Visitor not found. Write without `visitor` to become one.');

const problems = [BridgeNotFound, BridgeStopped, OriginNotAllowed, VisitorNotFound];

export const widgetMembers = {
  sayAsVisitor: operation('Write as a visitor', {
    description: 'From a page that embeds the channel `web`. The first message names the visitor.',
    input: SayAsVisitor,
    output: SaidAsVisitor,
    problems,
  }),
  followAsVisitor: operation('Follow the answers to a visitor', {
    description: 'The latest messages, and then each new one.',
    input: FollowAsVisitor,
    output: WidgetChat,
    problems,
  }),
};
