import { WORKSPACE_FILES, type WorkspaceFile, type WorkspaceFileName } from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { WorkspaceFileEntity } from './workspace-file.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const WRITE = statement(
  `insert into workspace_file (tenant_id, user_id, filename, content) values (:tenant, :user, :filename, :content)
   on conflict (tenant_id, user_id, filename) do update set content = excluded.content, updated_at = now()`,
);
const CREATE = statement(
  `insert into workspace_file (tenant_id, user_id, filename, content) values (:tenant, :user, :filename, :content)
   on conflict do nothing returning filename`,
  { filename: 'text' },
);

/** Reads and writes the files of a person's workspace, which their agents read before each answer. */
@Injectable()
export class WorkspaceRepository {
  constructor(private readonly db: Database) {}

  /** All files, also those that do not exist. */
  async list({ tenant, user }: Owner): Promise<WorkspaceFile[]> {
    const rows = await this.db.repository(WorkspaceFileEntity).findBy({ tenant_id: tenant, user_id: user });
    return WORKSPACE_FILES.map((filename) => {
      const content = rows.find((row) => row.filename === filename)?.content;
      return { filename, content: content ?? null, exists: content !== undefined };
    });
  }

  async write({ tenant, user }: Owner, filename: WorkspaceFileName, content: string): Promise<void> {
    await this.db.rows(WRITE, { tenant, user, filename, content });
  }

  /** False if it exists. */
  async create({ tenant, user }: Owner, filename: WorkspaceFileName, content: string): Promise<boolean> {
    return (await this.db.row(CREATE, { tenant, user, filename, content })) !== undefined;
  }
}
