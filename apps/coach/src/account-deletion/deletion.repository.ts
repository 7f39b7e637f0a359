import { DELETION_STEPS, type Deletion, type DeletionStepName } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { DeletionEntity } from './deletion.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const ADD = statement(
  `insert into deletion (id, tenant_id, person_id, hash, apple_code) values (:id, :tenant_id, :person_id, :hash, :apple_code)
   on conflict (tenant_id, person_id) do nothing returning id`,
  { id: 'text' },
);
const NOTE = statement(
  `update deletion set steps = steps || jsonb_build_object(:step::text, jsonb_build_object('outcome', :outcome::text, 'at', now())) where id = :id`,
);
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Deletions of accounts. */
@Injectable()
export class DeletionRepository {
  constructor(private readonly db: Database) {}

  /** Adds a deletion of the caller. Undefined if there is one. */
  async add({ tenant, user }: Owner, apple_code: string | null): Promise<string | undefined> {
    const row = { id: `del_${randomBytes(12).toString('base64url')}`, tenant_id: tenant, person_id: user, hash: sha256(user), apple_code };
    return (await this.db.row(ADD, await this.db.sealed(DeletionEntity, row)))?.id;
  }

  /** That of a user, while it is in progress. */
  findOf({ tenant, user }: Owner): Promise<DeletionEntity | null> {
    return this.rows().findOneBy({ tenant_id: tenant, person_id: user });
  }

  isInProgress({ tenant, user }: Owner): Promise<boolean> {
    return this.rows().existsBy({ tenant_id: tenant, person_id: user });
  }

  /** Null if it has ended. */
  find(id: string): Promise<DeletionEntity | null> {
    return this.rows().findOneBy({ id });
  }

  async noteSubjects({ id, tenant_id }: DeletionEntity, subjects: string[]): Promise<void> {
    const hash = subjects[0] === undefined ? {} : { hash: sha256(subjects[0]) };
    await this.rows().update({ id, tenant_id }, { subjects, ...hash });
  }

  async note(id: string, step: DeletionStepName, outcome: string): Promise<void> {
    await this.db.rows(NOTE, { id, step, outcome });
  }

  /** What remains names no one. */
  async end({ id, tenant_id }: DeletionEntity): Promise<void> {
    await this.rows().update({ id, tenant_id }, { person_id: null, subjects: [], apple_code: null, ended_at: new Date() });
  }

  private rows() {
    return this.db.repository(DeletionEntity);
  }
}

/** A deletion, as its person sees it. */
export const toDeletion = ({ id, requested_at, steps }: DeletionEntity): Deletion => ({
  deletion_id: id,
  requested_at,
  steps: DELETION_STEPS.flatMap((name) => {
    const note = steps[name];
    return note ? [{ name, outcome: note.outcome, at: new Date(note.at) }] : [];
  }),
});
