import { e2eTest, type Mutant } from '@skep/testkit';

const PLANS = 'src/plan/user-event.repository.js';
const RECOMMENDATIONS = 'src/recommendation/recommendation.repository.js';
const TURN = 'src/intake/take-turn.js';
const ACTIVE = e2eTest('user-events', 'is one, however many are made active at once');
const OTHERS = e2eTest('user-events', 'of another person does not exist');
const ONCE = e2eTest('intake', 'takes a turn once, however often and at once it is sent');

/** Planted bugs: each would show or change the races of another person, lose or double what someone says, or believe a model. */
export const raceMutants: Mutant[] = [
  {
    name: 'the race before an active one stays active',
    file: PLANS,
    find: 'await this.db.rows(DEACTIVATE, { tenant, user, id });',
    plant: '',
    test: e2eTest('user-events', 'is none at first, then one, then another, then none'),
  },
  {
    name: 'what a person plans changes in any order',
    file: PLANS,
    find: 'await this.db.rows(LOCK, { tenant, user });',
    plant: '',
    test: ACTIVE,
  },
  {
    name: 'a planned race is changed by anyone',
    file: PLANS,
    find: 'const FIND = statement(`select * from user_event where id = :id and ${MINE}`',
    plant: 'const FIND = statement(`select * from user_event where id = :id and (:tenant::text || :user::text) is not null`',
    test: OTHERS,
  },
  {
    name: 'a deleted race is gone',
    file: PLANS,
    find: "status in ('done', 'dropped')`;",
    plant: "status in ('done', 'dropped') and deleted_at is null`;",
    test: e2eTest('user-events', 'that is deleted leaves the lists and stays in the history'),
  },
  {
    name: 'a deleted race can be planned again',
    file: PLANS,
    find: '!found || found.deleted_at',
    plant: '!found',
    test: e2eTest('user-events', 'that is deleted leaves the lists and stays in the history'),
  },
  {
    name: 'a race of another tenant can be read',
    file: 'src/race/race.repository.js',
    find: 'const [race] = await this.findAll(tenant, [id]);',
    plant: "const [race] = await this.db.acrossTenants(() => this.findAll('default', [id]));",
    test: e2eTest('races', 'of another tenant does not exist'),
  },
  {
    name: 'a translation of older texts counts',
    file: 'src/race/race-translations.js',
    find: ' and r.source_hash = t.source_hash',
    plant: '',
    test: e2eTest('translations', 'a race whose texts change is translated anew'),
  },
  {
    name: 'a model recommends races that were not offered',
    file: 'src/recommendation/rank-by-model.js',
    find: 'items.filter(({ event_id }, n) => offered.has(event_id) && ',
    plant: 'items.filter(({ event_id }, n) => ',
    test: e2eTest('recommendations', 'of a model that invents races has those that were offered, each once'),
  },
  {
    name: 'a recommendation is read by anyone',
    file: RECOMMENDATIONS,
    find: 'findOneBy({ id, tenant_id, user_id })',
    plant: 'findOneBy({ id })',
    test: e2eTest('recommendations', 'of another person does not exist'),
  },
  {
    name: 'a recommendation is refined by anyone',
    file: RECOMMENDATIONS,
    find: 'from recommendation where id = :id and tenant_id = :tenant and user_id = :user for update',
    plant: 'from recommendation where id = :id and (:tenant::text || :user::text) is not null for update',
    test: e2eTest('recommendations', 'of another person does not exist'),
  },
  {
    name: 'a repeated message makes a recommendation again',
    file: 'src/recommendation/recommendation.handlers.js',
    find: 'if (isNew)',
    plant: 'if (true)',
    test: e2eTest('recommendations', 'is made again with all that was said, once for each message'),
  },
  {
    name: 'the last answer to a turn counts',
    file: 'src/intake/intake.repository.js',
    find: ' and answered_at is null`',
    plant: '`',
    test: ONCE,
  },
  {
    name: 'an answer that nobody can use is the answer to every repeat',
    file: TURN,
    find: 'await this.intakes.countFailure(ctx, turn);',
    plant: ';',
    test: e2eTest('intake', 'keeps the words when the model answers what does not fit, and asks again when they are repeated'),
  },
  {
    name: 'a model writes to the profile any field',
    file: 'src/intake/intake-answers.js',
    find: 'if (error instanceof Problem)\n                return {};',
    plant: 'return { [name]: value };',
    test: { file: 'src/intake/intake-answers.spec.js', name: 'of a model count as far as they are values of the profile' },
  },
  {
    name: 'what a model understands replaces what the person says',
    file: TURN,
    find: '{ replaces: false }',
    plant: '{ replaces: true }',
    test: e2eTest('intake', 'writes to the profile what the person answers, and only proposes what a model understands'),
  },
];
