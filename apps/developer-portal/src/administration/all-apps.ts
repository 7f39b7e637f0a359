import type { Page } from '@skep/contracts';
import { permissionOf } from '@skep/contracts/builtins';
import { AdminApp, type ListAllApps } from '@skep/contracts/portal';
import { assertOperator, type Ctx, Database, defineList } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { APP_COLUMNS, APPS_AT_ONCE } from '../app/app.repository.js';

const ALL_APPS = defineList(
  {
    select: `${APP_COLUMNS}, tenant_id, system, approved_revision`,
    from: 'app',
    // The index app_newest.
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['app_id', 'text', 'desc'],
      ],
    },
    atOnce: APPS_AT_ONCE,
  },
  AdminApp,
  { permissions: 'text[]' },
);

const toIlikePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Lists the apps of all developers for administrators. */
@Injectable()
export class AllApps {
  constructor(private readonly db: Database) {}

  /** Newest first. @throws Forbidden */
  async list(ctx: Ctx, { status, developer_id, search, limit, cursor }: ListAllApps): Promise<Page<AdminApp>> {
    assertOperator(ctx, 'admin:extensions:read');
    const filters = [
      status && 'status = :status',
      developer_id && 'developer_id = :developer_id',
      search && '(app_id ilike :pattern or name ilike :pattern)',
    ];
    const values = { status, developer_id, pattern: toIlikePattern(search) };
    const page = await this.db.page(
      ALL_APPS,
      { order: 'newest', where: [!status && `status <> 'deleted'`], filters, values },
      { limit, cursor },
    );
    return { ...page, rows: page.rows.map((app) => ({ ...app, permissions: app.permissions.map(permissionOf) })) };
  }
}
