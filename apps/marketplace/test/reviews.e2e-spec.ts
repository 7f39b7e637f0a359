import { type CallFinished, kernel } from '@skep/contracts/kernel';
import { auth } from '@skep/contracts/auth';
import { type AddReview, type ListReviews, marketplace } from '@skep/contracts/marketplace';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asAnonymous, asUser, plansOf, openTestDatabase } from '@skep/testkit';
import { type Database, tablesOf } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { service } from '../src/main.js';
import { ReviewRepository } from '../src/review/review.repository.js';
import { Ratings } from '../src/review/ratings.js';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

const BODY = 'It found every link of mine for a year.';
const dev = asUser('dev');
const ada = asUser('ada');
const bob = asUser('bob');
const cara = asUser('cara');
/** In another tenant. */
const adaElsewhere = asUser('ada', { tenant: 'imp_t_other' });

let harness: MarketplaceHarness;
let apps = 0;

beforeAll(async () => {
  harness = await openMarketplace();
  await Promise.all([harness.infra.startApp('registry'), harness.infra.startApp('auth-gateway')]);
});
afterAll(() => harness?.close());

const call = (user: Ctx, app_id: string, more: Partial<CallFinished> = {}): CallFinished => ({
  ...{ action_id: `act_${app_id}_${user.user}`, trace_id: 't', user_id: user.user, tenant_id: user.tenant, app_id, function: 'find' },
  ...{ action_type: 'read', status: 'success', duration_ms: 1, tokens_used: 0, ...more },
});
const use = (user: Ctx, app_id: string, more: Partial<CallFinished> = {}) =>
  harness.consuming(1, () => harness.publish(kernel.callsFinished, { tenant_id: user.tenant, calls: [call(user, app_id, more)] }));
const install = (user: Ctx, app_id: string) => harness.consuming(1, () => harness.call(marketplace.installApp, user, { app_id }));
/** A listed app that these users have installed and used. */
async function usedApp(...users: Ctx[]): Promise<string> {
  const app_id = `app-${++apps}`;
  const { name, version, functions, permissions } = approval(app_id);
  const release = { app_id, developer_id: dev.user, name, description: '', icon: '', version, manifest: {}, functions, permissions };
  await harness.call(registry.publishRelease, dev, release);
  await harness.approve(
    approval(app_id, { developer_id: dev.user, author: 'Ada Lovelace', homepage: 'https://a.example', license: 'MIT' }),
  );
  for (const user of users) {
    await install(user, app_id);
    await use(user, app_id);
  }
  return app_id;
}
const add = (user: Ctx, app_id: string, more: Partial<AddReview> = {}) =>
  harness.call(marketplace.addReview, user, { app_id, rating: 4, title: 'Good', body: BODY, ...more });
const list = async (app_id: string, more: Partial<ListReviews> = {}, user = asAnonymous()) =>
  (await harness.call(marketplace.listReviews, user, { app_id, sort: 'newest', page: 1, per_page: 20, ...more })).rows;
const listing = (app_id: string) => harness.call(marketplace.getListing, asAnonymous(), { app_id });
const refused = (code: string) => ({ body: { code } });
const violations = () => harness.query('select * from check_counters()');

describe('a user who has used an app', () => {
  it('reviews it once; the listing shows the average of all stars', async () => {
    const app = await usedApp(ada, bob);
    const review = await add(ada, app);
    expect(review).toMatchObject({ app_id: app, rating: 4, title: 'Good', body: BODY, version: '1.0.0', helpful_count: 0, author: null });
    await expect(add(ada, app, { rating: 5 })).rejects.toMatchObject(refused('already_reviewed'));
    await add(bob, app, { rating: 1 });
    expect(await listing(app)).toMatchObject({ rating: 2.5, avg_rating: 2.5, review_count: 2 });
    expect((await list(app)).map(({ rating }) => rating)).toEqual([1, 4]);
    expect(await violations()).toEqual([]);
  });

  it('of two simultaneous reviews of theirs one counts', async () => {
    const app = await usedApp(ada);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => add(ada, app)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await listing(app)).toMatchObject({ rating: 4, review_count: 1 });
  });

  it('has used it since they installed it, and successfully', async () => {
    const app = await usedApp();
    await expect(add(ada, app)).rejects.toMatchObject(refused('not_used'));
    await install(ada, app);
    await use(ada, app, { status: 'failed' });
    await use(adaElsewhere, app);
    await use(bob, app);
    await expect(add(ada, app)).rejects.toMatchObject(refused('not_used'));
    await expect(add(bob, app)).rejects.toMatchObject(refused('not_used'));
    await use(ada, app);
    await harness.consuming(1, () => harness.call(marketplace.uninstallApp, ada, { app_id: app }));
    await install(ada, app);
    await expect(add(ada, app)).rejects.toMatchObject(refused('not_used'));
    await use(ada, app);
    expect(await add(ada, app)).toMatchObject({ rating: 4 });
  });

  it('is not its developer, and the app is listed', async () => {
    const app = await usedApp();
    await use(dev, app);
    await expect(add(dev, app)).rejects.toMatchObject(refused('own_review'));
    await expect(add(ada, 'nothing')).rejects.toMatchObject(refused('app_not_found'));
    await expect(list('nothing')).rejects.toMatchObject(refused('app_not_found'));
  });

  it.each([{ rating: 0 }, { rating: 6 }, { rating: 1.5 }, { title: 'x'.repeat(201) }, { body: 'Too short.' }, { body: 'x'.repeat(5_001) }])(
    'sends a valid review, not %j',
    async (wrong) => {
      await expect(add(ada, 'app-1', wrong)).rejects.toMatchObject({
        body: { code: 'invalid_input', detail: [{ loc: Object.keys(wrong) }] },
      });
    },
  );
});

describe('a review', () => {
  it('is changed and deleted by its author alone; what it said is kept', async () => {
    const app = await usedApp(ada, bob);
    const { id: review_id } = await add(ada, app);
    for (const other of [bob, adaElsewhere]) {
      await expect(harness.call(marketplace.updateReview, other, { review_id, rating: 1 })).rejects.toMatchObject(
        refused('review_not_found'),
      );
      await expect(harness.call(marketplace.deleteReview, other, { review_id })).rejects.toMatchObject(refused('review_not_found'));
    }
    const changed = await harness.call(marketplace.updateReview, ada, { review_id, rating: 5, body: null });
    expect(changed).toMatchObject({ id: review_id, rating: 5, title: 'Good', body: BODY });
    expect(await listing(app)).toMatchObject({ rating: 5, review_count: 1 });
    const former = await harness.query('select rating, title, body from former_review where review_id = $1', [review_id]);
    expect(former).toEqual([{ rating: 4, title: 'Good', body: BODY }]);
    expect(await harness.call(marketplace.deleteReview, ada, { review_id })).toEqual({ id: review_id, status: 'deleted' });
    expect(await listing(app)).toMatchObject({ rating: 0, review_count: 0 });
    expect(await list(app)).toEqual([]);
  });

  it('has one vote per user, which can change, and none of its author', async () => {
    const app = await usedApp(ada);
    const { id: review_id } = await add(ada, app);
    const vote = (user: Ctx, helpful: boolean) => harness.call(marketplace.voteReview, user, { review_id, helpful });
    // Slow, so that all votes begin before one of them has ended.
    await harness.query(`
      create function vote_slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return new; end $$;
      create trigger vote_slowly before insert on review_vote for each row execute function vote_slowly()`);
    await Promise.all(Array.from({ length: 5 }, () => vote(bob, true)));
    await harness.query('drop trigger vote_slowly on review_vote; drop function vote_slowly()');
    expect(await vote(bob, true)).toEqual({ review_id, helpful: true, helpful_count: 1 });
    expect(await vote(cara, true)).toMatchObject({ helpful_count: 2 });
    expect(await vote(bob, false)).toMatchObject({ helpful: false, helpful_count: 1 });
    expect(await vote(bob, false)).toMatchObject({ helpful_count: 1 });
    await expect(vote(ada, true)).rejects.toMatchObject(refused('own_review'));
    expect((await list(app, {}, bob))[0]).toMatchObject({ is_mine: false, user_vote: false });
    expect((await list(app, {}, ada))[0]).toMatchObject({ is_mine: true, user_vote: null });
    expect((await list(app))[0]).not.toHaveProperty('user_vote');
    await expect(harness.call(marketplace.voteReview, bob, { review_id: 1e9, helpful: true })).rejects.toMatchObject(
      refused('review_not_found'),
    );
  });

  it('is found in each order', async () => {
    const app = await usedApp(ada, bob, cara);
    for (const [user, rating] of [
      [ada, 2],
      [bob, 5],
      [cara, 1],
    ] as const)
      await add(user, app, { rating });
    const cheered = (await list(app)).find(({ rating }) => rating === 2)!;
    await harness.call(marketplace.voteReview, bob, { review_id: cheered.id, helpful: true });
    const orders = { helpful: [2, 1, 5], newest: [1, 5, 2], oldest: [2, 5, 1], highest: [5, 2, 1], lowest: [1, 2, 5] };
    for (const [sort, ratings] of Object.entries(orders))
      expect((await list(app, { sort: sort as ListReviews['sort'] })).map(({ rating }) => rating)).toEqual(ratings);
  });

  it('goes with its author, and what it counted too', async () => {
    const app = await usedApp(ada, bob);
    await add(ada, app);
    const { id } = await add(bob, app, { rating: 2 });
    await harness.call(marketplace.voteReview, ada, { review_id: id, helpful: true });
    await harness.consuming(1, () => harness.publish(auth.userErased, { tenant_id: ada.tenant, user_id: ada.user, email: null } as never));
    expect(await list(app)).toMatchObject([{ id, helpful_count: 0 }]);
    expect(await listing(app)).toMatchObject({ rating: 2, review_count: 1 });
    expect(await violations()).toEqual([]);
  });
});

it('the ratings of a listing are those of its reviews, whatever users do at once', async () => {
  const users = Array.from({ length: 4 }, (_, n) => asUser(`u${n}`));
  const app = await usedApp(...users);
  const step = fc.record({
    user: fc.nat(3),
    act: fc.constantFrom('add', 'update', 'delete', 'vote'),
    rating: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await Promise.all(
        steps.map(async ({ user: n, act, rating }) => {
          const user = users[n]!;
          if (act === 'add') return add(user, app, { rating }).catch(() => undefined);
          const [mine, other] = [true, false].map((is) =>
            list(app, {}, user).then((rows) => rows.find(({ is_mine }) => is_mine === is)?.id),
          );
          const review_id = await (act === 'vote' ? other : mine);
          if (!review_id) return undefined;
          const operation =
            act === 'delete' ? marketplace.deleteReview : act === 'vote' ? marketplace.voteReview : marketplace.updateReview;
          return harness
            .call(operation as typeof marketplace.voteReview, user, { review_id, rating, helpful: rating > 3 } as never)
            .catch(() => undefined);
        }),
      );
      expect(await violations()).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

describe('the page of an app and of its developer', () => {
  it('tells who made it', async () => {
    const app = await usedApp(ada);
    await add(ada, app, { rating: 3 });
    expect(await listing(app)).toMatchObject({ author: 'Ada Lovelace', homepage: 'https://a.example', license: 'MIT' });
    const page = await harness.call(marketplace.getDeveloperPage, ada, { developer_id: dev.user });
    expect(page).toMatchObject({ developer_id: dev.user, display_name: 'Ada Lovelace', app_count: apps });
    expect(page.apps[0]).toMatchObject({ app_id: app, is_installed: true });
    const stars = await harness.query('select round(avg(rating), 2)::float8 as average, count(*)::int as n from review');
    expect([page.avg_rating, page.review_count]).toEqual([stars[0]!['average'], stars[0]!['n']]);
    await expect(harness.call(marketplace.getDeveloperPage, ada, { developer_id: 'nobody' })).rejects.toMatchObject(
      refused('developer_not_listed'),
    );
  });

  it('is featured by the operator alone, while it is listed', async () => {
    const app = await usedApp();
    const operator = asUser('root', { scopes: ['*'] });
    const featured = async () => (await harness.call(marketplace.listFeatured, asAnonymous(), { limit: 6 })).map(({ app_id }) => app_id);
    expect(await harness.call(marketplace.featureApp, operator, { app_id: app, featured: true })).toEqual({ app_id: app, featured: true });
    expect(await featured()).toEqual([app]);
    const elsewhere = asUser('root', { scopes: ['*'], tenant: 'imp_t_other' });
    await expect(harness.call(marketplace.featureApp, elsewhere, { app_id: app, featured: false })).rejects.toMatchObject(
      refused('forbidden'),
    );
    await expect(harness.call(marketplace.featureApp, operator, { app_id: 'nothing', featured: true })).rejects.toMatchObject(
      refused('app_not_found'),
    );
    await harness.call(marketplace.featureApp, operator, { app_id: app, featured: false });
    expect(await featured()).toEqual([]);
  });
});

it('a single review with five stars does not lead the order by rating', async () => {
  const [few, many] = [await usedApp(ada), await usedApp()];
  await add(ada, few, { rating: 5 });
  for (let n = 0; n < 20; n++) {
    const user = asUser(`fan${n}`);
    await install(user, many);
    await use(user, many);
    await add(user, many, { rating: n % 10 ? 5 : 4 });
  }
  const { ids } = await harness.ids({ sort: 'rating', limit: 100 });
  expect(ids.indexOf(many)).toBeLessThan(ids.indexOf(few));
});

describe('a page of reviews', () => {
  let db: Database;
  beforeAll(async () => {
    await harness.query(`
      insert into review (tenant_id, user_id, app_id, rating, title, body, version, helpful_count)
      select 'default', 'filler-' || n, 'app-' || (1 + n % 3), 1 + n % 5, '', 'A body of some length.', '1', n % 97 from generate_series(1, 30000) n;
      analyze`);
    db = await openTestDatabase(await tablesOf(service), harness.env);
  });
  afterAll(() => db?.close());

  it.each(['helpful', 'newest', 'oldest', 'highest', 'lowest'] as const)(
    'by %s reads few more rows than it returns, also later ones',
    async (sort) => {
      const reviews = new ReviewRepository(db, new Ratings(db));
      let cursor: string | undefined;
      for (let page = 0; page < 2; page++) {
        const plans = await plansOf(db, async () => {
          const found = await reviews.list(ada, { app_id: 'app-1', sort, page: 1, per_page: 20, ...(cursor && { cursor }) });
          cursor = found.cursorAt?.(19);
        });
        expect(Math.max(...plans.map(({ rowsRead }) => rowsRead))).toBeLessThanOrEqual(400);
      }
    },
  );
});
