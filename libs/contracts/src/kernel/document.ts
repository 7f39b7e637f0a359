import { TenantId } from '../auth/credentials.js';
import { AppId, IDS } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { StorageQuotaExceeded } from './storage.js';

const Collection = () => Text({ min: 1, max: 200, description: 'Name of the collection.', example: 'note' });
const DocumentId = () => Text({ min: 1, max: 64, description: 'Id of the document.', example: 'doc_0199c0de5b2e' });
const Owner = () => Text({ min: 1, max: 64, ...IDS.user });
/** For published inputs whose user is an empty text by default. */
const AnyOwner = () => Text({ max: 64, description: 'Only a document of this user; of any user if empty.', example: 'imp_u_4f9a' });
const Data = () =>
  Json({
    bytes: Infinity,
    description: 'The fields of the document, at most 1 MiB as Postgres writes them.',
    example: { text: 'Buy milk' },
  });
const Etag = (description: string) => Text({ max: 40, description, example: '64a7c3f2b1e80' });
const LIMIT_MAX = 10_000;

@Shape('A collection of documents that one app stores in one tenant.')
export class CollectionRef {
  @Collection() collection!: string;
  @AppId() extension_id!: string;
  @TenantId() tenant_id!: string;
}

@Shape('A document to store.')
export class CreateDocument extends CollectionRef {
  @Owner() user_id!: string;
  @Data() data!: Record<string, unknown>;
}

@Shape('Identifies a document.')
export class DocumentRef extends CollectionRef {
  @DocumentId() doc_id!: string;
  @AnyOwner() user_id: string = '';
}

@Shape('A change of a document.')
export class UpdateDocument extends DocumentRef {
  @Json({ bytes: Infinity, description: 'Fields to set. Other fields stay; a nested object is replaced.', example: { done: true } })
  data!: Record<string, unknown>;
  @Optional() @Etag('The `etag` that the document must still have. Without it the change is made in any case.') if_match?: string;
}

@Shape('Which documents of a user to count.')
export class CountDocuments extends CollectionRef {
  @Owner() user_id!: string;
  @Json({
    description:
      'Conditions by top-level field, all of which must hold: a value to equal, or operators: `$in` (a list), `$gt`, `$gte`, `$lt`, `$lte` (a number or text), `$ne`, `$exists` (true or false), `$contains` (part of a text, or member of a list). At most 50.',
    example: { status: 'open', priority: { $gte: 2 } },
  })
  where: Record<string, unknown> = {};
}

@Shape('Which documents of a user to return, in which order.')
export class QueryDocuments extends CountDocuments {
  @Optional()
  @Text({
    max: 200,
    description:
      'A top-level field, `created_at` or `updated_at`; after `-` in descending order. Newest first by default. Texts are ordered by their first 200 characters; objects and lists count as null.',
    example: '-priority',
  })
  order_by?: string;
  @Int({ min: 1, max: LIMIT_MAX, description: 'Maximum number of documents. Large documents may make a page shorter.' }) limit: number =
    100;
  @Optional() @Text({ max: 4_000, description: 'The `cursor` of the previous page.' }) cursor?: string;
}

@Shape('A document that an app stores for a user.')
export class StoredDocument {
  @DocumentId() id!: string;
  @Collection() collection!: string;
  @Data() data!: Record<string, unknown>;
  @Text(IDS.app) extension_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Etag('Changes with each change of the document.') etag!: string;
  @Instant({ description: 'When it was created.' }) created_at!: Date;
  @Instant({ description: 'When it last changed.' }) updated_at!: Date;
}

@Shape('Documents of a user.')
export class DocumentPage {
  @List(() => StoredDocument, { max: LIMIT_MAX, description: 'The documents.' }) data!: StoredDocument[];
  @Bool({ description: 'Whether more documents follow.' }) has_more!: boolean;
  @Nullable() @Text({ description: 'Where the next page begins; null after the last page.' }) cursor!: string | null;
  @Nullable() @Int({ description: 'Number of documents on all pages, at most 10,000; null after a cursor.', example: 12 }) total!:
    number | null;
}

@Shape('How many documents there are.')
export class DocumentCount {
  @Int({ min: 0, description: 'Number of documents.', example: 12 }) count!: number;
}

@Shape('The receipt of a deleted document.')
export class DocumentDeleted {
  @DocumentId() id!: string;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

@Shape('Which page of the documents of all users to return.')
export class ListAllDocuments extends CollectionRef {
  @AppId() override extension_id: string = 'mail';
  @TenantId() override tenant_id: string = 'default';
  @Int({ min: 1, max: LIMIT_MAX, description: 'Maximum number of documents.' }) limit: number = 500;
  @Optional()
  @Text({ max: 500, description: 'Where to continue: the `cursor` in the `Link` header of the previous page.' })
  cursor?: string;
}

@Shape('Which page of the users of a collection to return.')
export class ListDocumentUsers extends CollectionRef {
  @Text({ max: 64, description: 'Where to continue: the `next_cursor` of the previous page; `0` for the first page.', example: '0' })
  cursor: string = '0';
  @Int({ min: 1, max: LIMIT_MAX, description: 'Maximum number of users.' }) limit: number = 500;
}

@Shape('Users who have documents in a collection.')
export class DocumentUsers {
  @List('text', { max: LIMIT_MAX, description: 'Ids of the users, in their order.', example: ['imp_u_4f9a'] }) user_ids!: string[];
  @Nullable() @Text({ description: 'Where the next page begins; null after the last page.' }) next_cursor!: string | null;
  @Bool({ description: 'Always false: `next_cursor` leads to the rest.', example: false }) truncated!: boolean;
}

export const DocumentNotFound = problem('document_not_found', 404, 'Document not found.');
/** Its `detail` is an object with the `current_etag`. */
export const DocumentChanged = problem('document_changed', 409, 'The document has changed since it was read.');
export const DocumentTooLarge = problem('document_too_large', 413, 'A document must not be larger than 1 MiB.');

const NEWEST = 'Only the newest 100,000 documents of a user’s collection are looked through.';

export const documentMembers = {
  createDocument: operation('Store a document', {
    description: 'Adds a document to a collection, which needs no declaration. It takes part of the user’s storage.',
    input: CreateDocument,
    output: StoredDocument,
    problems: [DocumentTooLarge, StorageQuotaExceeded],
    spansCalls: true,
  }),
  getDocument: operation('Read a document', {
    description: 'With `user_id`, only a document of this user.',
    input: DocumentRef,
    output: StoredDocument,
    problems: [DocumentNotFound],
  }),
  updateDocument: operation('Change a document', {
    description:
      'Merges the fields into the document. With `if_match`, of several changes at once only the first is made; the others get `document_changed`, whose `detail` has the `current_etag`.',
    input: UpdateDocument,
    output: StoredDocument,
    problems: [DocumentNotFound, DocumentChanged, DocumentTooLarge, StorageQuotaExceeded],
    spansCalls: true,
  }),
  deleteDocument: operation('Delete a document', {
    description: 'The document cannot be restored.',
    input: DocumentRef,
    output: DocumentDeleted,
    problems: [DocumentNotFound],
  }),
  queryDocuments: operation('Find documents of a user', {
    description: `Returns the documents that meet all conditions. ${NEWEST}`,
    input: QueryDocuments,
    output: DocumentPage,
  }),
  countDocuments: operation('Count documents of a user', {
    description: `Counts the documents that meet all conditions. With conditions: ${NEWEST.toLowerCase()}`,
    input: CountDocuments,
    output: DocumentCount,
  }),
  listAllDocuments: operation('List documents of all users', {
    description: 'Returns the documents of a collection by user, and of each user oldest first.',
    input: ListAllDocuments,
    output: page(StoredDocument),
  }),
  listDocumentUsers: operation('List users with documents', {
    description: 'Returns the ids of the users who have documents in a collection.',
    input: ListDocumentUsers,
    output: DocumentUsers,
  }),
};
