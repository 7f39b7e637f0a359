import { InvalidInput } from '@skep/contracts';
import {
  type CollectionRef,
  type CountDocuments,
  type CreateDocument,
  type DocumentRef,
  kernel,
  type ListAllDocuments,
  type ListDocumentUsers,
  type QueryDocuments,
  type UpdateDocument,
} from '@skep/contracts/kernel';
import { commitWithAnswer, type Ctx, currentLease, Database, Handle, Handlers, tenantOf } from '@skep/platform';
import type { JsonObject } from '../ir/ir.js';
import { CollectionPages } from './collection-pages.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentRepository } from './document.repository.js';
import { StorageLimits } from './storage-limits.js';
import { type ConditionValues, toConditions, WhereFault } from './where.js';

/** The operations of documents name tenant, app and user: services and the code of apps call them. */
@Handlers()
export class DocumentHandlers {
  constructor(
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly collections: CollectionRepository,
    private readonly pages: CollectionPages,
    private readonly limits: StorageLimits,
  ) {}

  @Handle(kernel.getStorageUsage)
  async getStorageUsage(ctx: Ctx) {
    return { bytes: await this.documents.getUsedBytes(ctx) };
  }

  @Handle(kernel.createDocument)
  async createDocument(ctx: Ctx, { user_id, data, ...input }: CreateDocument) {
    const owner = { ...toCollection(ctx, input), user_id };
    const limit = await this.getLimit(ctx, owner);
    return this.write(() => this.collections.create(owner, data, limit));
  }

  @Handle(kernel.getDocument)
  getDocument(ctx: Ctx, input: DocumentRef) {
    return this.collections.get(toCollection(ctx, input), input.doc_id, input.user_id);
  }

  @Handle(kernel.updateDocument)
  async updateDocument(ctx: Ctx, input: UpdateDocument) {
    const owner = await this.findOwner(ctx, input);
    const limit = await this.getLimit(ctx, owner);
    return this.write(() => this.collections.update(owner, input.doc_id, input.data, limit, input.if_match));
  }

  @Handle(kernel.deleteDocument)
  async deleteDocument(ctx: Ctx, input: DocumentRef) {
    await this.collections.delete(await this.findOwner(ctx, input), input.doc_id);
    return { id: input.doc_id, status: 'deleted' };
  }

  @Handle(kernel.queryDocuments)
  async queryDocuments(ctx: Ctx, { user_id, order_by, limit, cursor, ...input }: QueryDocuments) {
    const selection = { conditions: conditionsOf(input), order_by };
    const page = await this.pages.query({ ...toCollection(ctx, input), user_id }, selection, { limit, cursor });
    const { rows, has_more = false, total = null, cursorAt } = page;
    return { data: rows, has_more, cursor: has_more ? cursorAt!(rows.length - 1) : null, total };
  }

  @Handle(kernel.countDocuments)
  async countDocuments(ctx: Ctx, input: CountDocuments) {
    return { count: await this.collections.count({ ...toCollection(ctx, input), user_id: input.user_id }, conditionsOf(input)) };
  }

  @Handle(kernel.listAllDocuments)
  listAllDocuments(ctx: Ctx, { limit, cursor, ...input }: ListAllDocuments) {
    return this.pages.listAll(toCollection(ctx, input), { limit, cursor });
  }

  @Handle(kernel.listDocumentUsers)
  async listDocumentUsers(ctx: Ctx, { cursor, limit, ...input }: ListDocumentUsers) {
    const users = await this.collections.listUsers(toCollection(ctx, input), cursor === FIRST_PAGE ? '' : cursor, limit + 1);
    const user_ids = users.slice(0, limit);
    return { user_ids, next_cursor: users.length > limit ? user_ids.at(-1)! : null, truncated: false };
  }

  /** Under an Idempotency-Key a write commits with its answer. Without one, its statement needs no transaction around it. */
  private write<T>(work: () => Promise<T>): Promise<T> {
    return currentLease() ? commitWithAnswer(this.db, work) : work();
  }

  private async findOwner(ctx: Ctx, { doc_id, user_id, ...input }: DocumentRef) {
    const collection = toCollection(ctx, input);
    return { ...collection, user_id: await this.collections.findUser(collection, doc_id, user_id) };
  }

  private getLimit(ctx: Ctx, { tenant_id, user_id }: { tenant_id: string; user_id: string }): Promise<number> {
    return this.limits.getLimit({ ...ctx, tenant: tenant_id, user: user_id });
  }
}

const FIRST_PAGE = '0';

/** An app acts in the tenant of its token, a service in the one that it names. */
const toCollection = (ctx: Ctx, input: CollectionRef) => ({
  tenant_id: tenantOf(ctx, input),
  app_id: input.extension_id,
  collection: input.collection,
});

/** @throws Problem `invalid_input` for a `where` with faults */
function conditionsOf({ where }: Pick<CountDocuments, 'where'>): ConditionValues {
  try {
    return toConditions(where as JsonObject);
  } catch (error) {
    throw error instanceof WhereFault ? InvalidInput([{ loc: ['where', ...error.path], msg: error.message, type: 'where' }]) : error;
  }
}
