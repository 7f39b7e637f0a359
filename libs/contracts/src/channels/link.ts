import { TenantId } from '../auth/credentials.js';
import { Empty, IDS } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem, TooManyRequests } from '../problem.js';
import { CHANNEL_NAMES, VendorUnreachable } from './bridge.js';

const docs = {
  id: { description: 'Id of the link.', example: 'lnk_5f0c2e7a' },
  channel: { description: 'The chat network: `whatsapp`.', example: 'whatsapp' },
  code: { description: 'The code; hyphens, spaces and case do not matter.', example: '7K3M-9QXD' },
  masked: { description: 'The linked number, of which only the last digits are shown.', example: '•••• 0199' },
  expires_at: { description: 'Until when the code can be used.', example: '2026-06-21T09:40:00Z' },
} satisfies Record<string, FieldDocs>;

@Shape('Where a chat is to be linked.')
export class MakeLinkCode {
  @OneOf(CHANNEL_NAMES, docs.channel) channel!: string;
}

@Shape('A code that links the number from which it is sent.')
export class LinkCode {
  @Text(docs.code) code!: string;
  @Text({ description: 'Opens a chat in which the code is already written.', example: 'https://wa.me/15550100199?text=7K3M-9QXD' })
  deep_link!: string;
  @Instant(docs.expires_at) expires_at!: Date;
}

@Shape('The code that a chat has shown.')
export class ConfirmLink {
  @Text({ min: 1, max: 64, ...docs.code }) code!: string;
  @Optional() @OneOf(CHANNEL_NAMES, docs.channel) channel?: string;
  @Optional()
  @Text({
    max: 32,
    pattern: /^\+?[\d\s().-]{5,}$/,
    description: 'The number that is to be linked, if you know it.',
    example: '+1 555 010 0199',
  })
  phone?: string;
}

@Shape('A chat that is linked to you.')
export class Link {
  @Text(docs.id) id!: string;
  @Text(docs.channel) channel!: string;
  @Text(docs.masked) external_user_masked!: string;
  @OneOf(['confirmed'], { description: 'Always `confirmed`.', example: 'confirmed' }) status!: 'confirmed';
  @Instant({ description: 'When it was linked.' }) confirmed_at!: Date;
}

@Shape('A link, and whether it is new.')
export class ConfirmedLink extends Link {
  @Bool({ description: 'Whether this request linked it.', example: true }) created!: boolean;
}

@Shape('Identifies a link of yours.')
export class LinkRef {
  @Text({ min: 1, max: 64, ...docs.id }) link_id!: string;
}

@Shape('Whose devices and chats are to be forgotten.')
export class ForgetPerson {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
}

export const LinkCodeNotFound = problem('link_code_not_found', 404, 'This code is unknown.');
export const LinkCodeExpired = problem('link_code_expired', 410, 'This code has expired or was used. Ask for a new one in the chat.');
export const AlreadyLinked = problem('already_linked', 409, 'This number is linked to another account. Remove it there first.');
export const LinkNotFound = problem('link_not_found', 404, 'Link not found.');

const scope = 'coach:use';

export const linkMembers = {
  makeLinkCode: operation('Make a code that links a chat', {
    description:
      'Send the code to the number of the installation within ten minutes: the number from which it comes is linked to you. It works once. The same `Idempotency-Key` gives the same code.',
    input: MakeLinkCode,
    output: LinkCode,
    problems: [TooManyRequests, VendorUnreachable, NotConfigured],
    spansCalls: true,
    scope,
  }),
  confirmLink: operation('Link a chat by its code', {
    description:
      'Whoever writes to the number of the installation without being linked gets a code there, which is valid for ten minutes and works once. You may try five codes in ten minutes. 201 for a new link, 200 if the number was yours already. Both sides are told.',
    input: ConfirmLink,
    output: ConfirmedLink,
    problems: [LinkCodeNotFound, LinkCodeExpired, AlreadyLinked, TooManyRequests],
    scope,
  }),
  listLinks: operation('List your linked chats', { input: Empty, output: list(Link), scope }),
  deleteLink: operation('Unlink a chat', {
    description: 'What was said in it is deleted here.',
    input: LinkRef,
    output: Empty,
    problems: [LinkNotFound],
    scope,
  }),
  forgetPerson: operation('Forget the devices and chats of a person (services only)', {
    description: 'Their device tokens, browsers, links, codes, and the messages of linked chats. Idempotent.',
    input: ForgetPerson,
    output: Empty,
  }),
};
