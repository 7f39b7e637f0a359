import type { CompletionRequest } from '@skep/contracts/models';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ModelRequestEntity } from './model-request.entity.js';

const ADD = statement(
  `insert into model_request (tenant_id, user_id, key, request) values (:tenant_id, :user_id, :key, :request)
   on conflict do nothing returning created_at`,
  { created_at: 'timestamptz' },
);

/**
 * The requests that language models got under a key. A repeated question may be put together from other data, or from the same with its keys in
 * another order, as a step of a run stores it: then `models` would refuse it as another request under a used key.
 */
@Injectable()
export class FirstRequests {
  constructor(private readonly db: Database) {}

  /** The first request under the key of the context; without a key the given one. */
  async find({ tenant: tenant_id, user: user_id, idempotencyKey: key }: Ctx, request: CompletionRequest): Promise<CompletionRequest> {
    if (key === undefined) return request;
    const row = { tenant_id, user_id, key, request: JSON.stringify(request) };
    if (await this.db.row(ADD, await this.db.sealed(ModelRequestEntity, row))) return request;
    const first = await this.db.repository(ModelRequestEntity).findOneByOrFail({ tenant_id, user_id, key });
    return JSON.parse(first.request) as CompletionRequest;
  }
}
