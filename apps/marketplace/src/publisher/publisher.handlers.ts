import { portal, type PublisherChanged } from '@skep/contracts/portal';
import { type Ctx, Database, Handlers, OnEvent, statement } from '@skep/platform';

const SAVE = statement(
  `insert into publisher (developer_id, website, changed_at) values (:developer_id, :website, :changed_at)
   on conflict (developer_id) do update set website = excluded.website, changed_at = excluded.changed_at
    where publisher.changed_at <= excluded.changed_at`,
);

@Handlers()
export class PublisherHandlers {
  constructor(private readonly db: Database) {}

  @OnEvent(portal.publisherChanged)
  async publisherChanged(_: Ctx, { developer_id, website, changed_at }: PublisherChanged) {
    await this.db.rows(SAVE, { developer_id, website, changed_at });
  }
}
