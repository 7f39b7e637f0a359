import { Empty, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Nullable, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { HttpUrl } from '../urls.js';
import { NotADeveloper } from './developer-tier.js';

/** Where the site of a developer serves the token. */
export const PUBLISHER_PATH = '/.well-known/skep-publisher.txt';

const docs = {
  website: { description: 'Origin of the website.', example: 'https://ada.example.com' },
} satisfies Record<string, FieldDocs>;

@Shape('A website that a developer wants to prove as theirs.')
export class StartPublisherProof {
  @HttpUrl({ min: 1, max: 500, ...docs.website, description: 'Website: an https URL. Only its origin counts.' }) website!: string;
}

@Shape('The website of a developer, and whether they have proven it.')
export class PublisherProof {
  @Text(docs.website) website!: string;
  @Text({ description: 'Serve this text, in a line of its own.', example: 'skep-publisher=Zk3yJ8sQvT1uXw5a' }) token!: string;
  @Text({ description: 'Serve it at this address, without a redirect.', example: `https://ada.example.com${PUBLISHER_PATH}` })
  token_url!: string;
  @Bool({ description: 'True if the website is proven.', example: true }) is_verified!: boolean;
  @Nullable() @Instant({ description: 'When the website was proven. Null if it is not.' }) verified_at!: Date | null;
  @Nullable() @Instant({ description: 'When the website was last checked. Null if it was not.' }) checked_at!: Date | null;
  @Nullable()
  @Text({ description: 'Why the last check failed. Null if it did not.', example: 'The address answered 404.' })
  failure!: string | null;
}

@Shape('A developer has proven a website, or has lost it.')
export class PublisherChanged {
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Nullable() @Text({ ...docs.website, description: 'Origin of the website. Null if they have lost it.' }) website!: string | null;
  @Instant({ description: 'When it changed.' }) changed_at!: Date;
}

export const WebsiteNotAllowed = problem('website_not_allowed', 422, 'The website must be a public https address.');
export const PublisherProofNotFound = problem('publisher_proof_not_found', 404, 'You have not named a website to prove.');

export const publisherMembers = {
  startPublisherProof: operation('Name a website to prove', {
    description:
      'Answers with the text to serve, and where. Naming the same website again changes nothing; another one replaces it, and has to be proven again.',
    input: StartPublisherProof,
    output: PublisherProof,
    problems: [NotADeveloper, WebsiteNotAllowed],
    scope: 'developer:profile:write',
  }),
  getPublisherProof: operation('Read your website and whether it is proven', {
    description: 'With the text to serve, and why the last check failed.',
    input: Empty,
    output: PublisherProof,
    problems: [PublisherProofNotFound],
    scope: 'developer:profile:read',
  }),
  checkPublisherProof: operation('Check your website', {
    description:
      'Reads the address at once. If it serves the text, the marketplace marks you and your apps as verified. It is read again each month: if that fails on three days in a row, the mark is lost.',
    input: Empty,
    output: PublisherProof,
    problems: [PublisherProofNotFound],
    scope: 'developer:profile:write',
    spansCalls: true,
  }),
  removePublisherProof: operation('Remove your website', {
    description: 'The mark is lost at once.',
    input: Empty,
    output: PublisherProof,
    problems: [PublisherProofNotFound],
    scope: 'developer:profile:write',
  }),

  publisherChanged: event(PublisherChanged),
};
