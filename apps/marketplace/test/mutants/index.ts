import { e2eTest, type Mutant } from '@skep/testkit';

const LISTINGS = 'src/listing/listing.repository.js';
const ADD_REVIEW = 'src/review/add-review.js';
const REVIEWS = 'src/review/review.repository.js';
const NOT_SERVED = e2eTest('icon', 'is not served for an app that is delisted, or whose developer is erased');

/** Planted bugs: each would make an icon public that must not be, or let reviews be made up. */
export const mutants: Mutant[] = [
  {
    name: 'an approved icon with a script is public',
    file: LISTINGS,
    find: 'icon_svg && !svgIconFault(icon_svg) ? icon_svg : null',
    plant: 'icon_svg ?? null',
    test: e2eTest('icon', 'with a script is dropped, although it was approved'),
  },
  {
    name: 'the icon of a delisted app stays public',
    file: LISTINGS,
    find: 'where l.app_id = :app_id and l.listed',
    plant: 'where l.app_id = :app_id and not l.system',
    test: NOT_SERVED,
  },
  {
    name: 'the icon of a system app is public',
    file: LISTINGS,
    find: 'set listed = not l.system and not exists (',
    plant: 'set listed = not exists (',
    test: NOT_SERVED,
  },
  {
    name: 'a review needs no use of the app',
    file: ADD_REVIEW,
    find: '!(await this.uses.has(ctx, app_id)) || ',
    plant: '',
    test: e2eTest('reviews', 'has used it since they installed it, and successfully'),
  },
  {
    name: 'a use counts after the app was uninstalled',
    file: 'src/review/app-uses.js',
    find: 'if (!installed)',
    plant: 'if (!installed && !app_id)',
    test: e2eTest('reviews', 'has used it since they installed it, and successfully'),
  },
  {
    name: 'a developer reviews their own app',
    file: ADD_REVIEW,
    find: 'listing.developer_id === ctx.user',
    plant: 'listing.developer_id === ctx.tenant',
    test: e2eTest('reviews', 'is not its developer, and the app is listed'),
  },
  {
    name: 'a review is changed by anybody',
    file: REVIEWS,
    find: '!review?.is_mine',
    plant: '!review',
    test: e2eTest('reviews', 'is changed and deleted by its author alone; what it said is kept'),
  },
  {
    name: 'a user of another tenant with the same id is the author',
    file: REVIEWS,
    find: '(r.tenant_id, r.user_id) = (:tenant, :user)',
    plant: '(:tenant::text, r.user_id) = (:tenant, :user)',
    test: e2eTest('reviews', 'is changed and deleted by its author alone; what it said is kept'),
  },
  {
    name: 'simultaneous votes count twice',
    file: REVIEWS,
    find: 'r.id = :review_id for update',
    plant: 'r.id = :review_id',
    test: e2eTest('reviews', 'has one vote per user, which can change, and none of its author'),
  },
  {
    name: 'everyone reads the reports of apps',
    file: 'src/report/report.handlers.js',
    find: "assertOperator(ctx, 'admin:extensions:read');",
    plant: '',
    test: e2eTest('reports', 'administrators list open reports of all tenants, oldest first, and resolved ones, newest first'),
  },
  {
    name: 'a resolved report is resolved again',
    file: 'src/report/report.handlers.js',
    find: "where report_id = :report_id and status = 'open' returning",
    plant: 'where report_id = :report_id returning',
    test: e2eTest('reports', 'a report is resolved once'),
  },
  {
    name: 'the versions of a delisted app are public',
    file: 'src/listing/version.handlers.js',
    find: 'await this.listings.getListed(app_id);\n        return this.versions.list',
    plant: 'await this.listings.find(app_id);\n        return this.versions.list',
    test: e2eTest('versions', 'unknown versions and apps that are not listed are not found'),
  },
  {
    name: 'a search by the start of a word reads all listings',
    file: 'src/listing/listing-pages.js',
    find: "(select to_tsquery('simple', :${query}))",
    plant: "to_tsquery('simple', :${query})",
    test: e2eTest('plans', 'a search by the start of rare words reads only what it finds'),
  },
  {
    name: 'an older event brings the mark of a publisher back',
    file: 'src/publisher/publisher.handlers.js',
    find: 'where publisher.changed_at <= excluded.changed_at',
    plant: '',
    test: e2eTest('publishers', 'the mark is lost with the website, and an older event does not bring it back'),
  },
  {
    name: 'a lost website still marks apps',
    file: 'src/listing/listing-columns.js',
    find: ' and website is not null',
    plant: '',
    test: e2eTest('publishers', 'the mark is lost with the website, and an older event does not bring it back'),
  },
];
