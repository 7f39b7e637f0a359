import { e2eTest as test, type Mutant } from '@skep/testkit';

const PLACE = 'sql/place_holds.sql';
const END = 'sql/end_holds.sql';
const EXPIRE = 'sql/expire_holds.sql';

const IS_ONE_HOLD = test('holds', 'is one hold per key, and other terms under that key are refused');
const IS_NOBODY_ELSES = test('holds', 'belongs to one user, and needs a user');
const IS_A_DEBT = test(
  'holds-settlement',
  'becomes a debt if they do not suffice, without touching other holds; the next top-up pays it first',
);
const LEAVES_OTHERS = test('holds-batch', 'a locked wallet does not delay other wallets');
const OWN_ANSWER = test('holds-batch', 'each item of a batch gets its own result: held, repeated, refused, not found');

/** Bugs in holds, the ledger and the batcher. */
export const holds: Mutant[] = [
  {
    name: 'wallets are not locked',
    file: 'sql/lock_wallets.sql',
    find: 'order by account_id for update skip locked);',
    plant: 'order by account_id);',
    test: LEAVES_OTHERS,
  },
  {
    name: 'more is reserved than is available',
    file: PLACE,
    find: `when v.base_price + v.platform_fee > v_left then 'insufficient'`,
    plant: '',
    test: test('holds', 'cannot exceed the available credits, and the refusal says how many are available'),
  },
  {
    name: 'reserved credits still count as available',
    file: PLACE,
    find: 'v_left := v_left - v_hold.amount;',
    plant: '',
    test: test('holds', 'reserves credits, which stay in the balance until they are captured'),
  },
  {
    name: 'a repeated key places another hold',
    file: PLACE,
    find: `if outcome = 'held' and v_hold.id is null then`,
    plant: `if outcome = 'held' then`,
    test: IS_ONE_HOLD,
  },
  {
    name: 'a key with other terms returns the existing hold',
    file: PLACE,
    find: `else 'conflict' end`,
    plant: `else 'held' end`,
    test: IS_ONE_HOLD,
  },
  {
    name: 'a key is shared between users',
    file: PLACE,
    find: 'h.user_id = q.user_id and h.idempotency_key',
    plant: 'h.idempotency_key',
    test: IS_ONE_HOLD,
  },
  {
    name: 'a hold ends twice',
    file: END,
    find: `if outcome = 'ended' and v_hold.status = 'held' then`,
    plant: `if outcome = 'ended' then`,
    test: test('holds', 'ends once: repeating the same end is idempotent, another one is refused'),
  },
  {
    name: 'a hold is ended by another tenant',
    file: END,
    find: '(v.tenant_id, v.user_id) <> (v_hold.tenant_id, v_hold.user_id)',
    plant: 'v.user_id <> v_hold.user_id',
    test: IS_NOBODY_ELSES,
  },
  {
    name: 'a hold is ended by another user',
    file: END,
    find: '(v.tenant_id, v.user_id) <> (v_hold.tenant_id, v_hold.user_id)',
    plant: 'v.tenant_id <> v_hold.tenant_id',
    test: IS_NOBODY_ELSES,
  },
  {
    name: 'a share is rounded up',
    file: 'sql/developer_share.sql',
    find: 'p_base * p_split / 100',
    plant: '(p_base * p_split + 99) / 100',
    test: test('holds-settlement', 'of a function that costs 99 gets 70 percent of it, rounded down: 69'),
  },
  {
    name: 'a share is computed from the held amount',
    file: END,
    find: 'developer_share(e.base, h.split)',
    plant: 'developer_share(h.base_price, h.split)',
    test: test('holds-settlement', 'gets a share of what is captured, not of what was held, and nothing of the fee'),
  },
  {
    name: 'the part that the wallet lacks is waived',
    file: END,
    find: 'insert into debt (account_id, hold_id, amount) select account_id, id, debt from ended where debt > 0',
    plant: 'insert into debt (account_id, hold_id, amount) select account_id, id, debt from ended where debt < 0',
    test: IS_A_DEBT,
  },
  {
    name: 'a capture takes credits reserved by other holds',
    file: END,
    find: '(v_balance - v_held), 0)',
    plant: 'v_balance, 0)',
    test: IS_A_DEBT,
  },
  {
    name: 'a debt is always zero',
    file: END,
    find: 'v_debt := greatest(v_base + v_fee - (v_balance - v_held), 0);',
    plant: 'v_debt := 0;',
    test: IS_A_DEBT,
  },
  {
    name: 'an expired hold is captured',
    file: END,
    find: `when v_hold.status = 'held' then 'ended'`,
    plant: `when v_hold.status in ('held', 'expired') then 'ended'`,
    test: test('holds-expiry', 'expires once with any number of instances, and cannot be captured afterwards'),
  },
  {
    name: 'a capture may raise the base price',
    file: END,
    find: `when v_base > v_hold.base_price then 'base_price_too_high'`,
    plant: '',
    test: test('holds', 'cannot be captured with a higher base price'),
  },
  {
    name: 'a released hold stays reserved',
    file: END,
    find: 'held = w.held - t.amount',
    plant: 'held = w.held',
    test: test('holds', 'costs nothing and leaves no history entry if it is released'),
  },
  {
    name: 'a list ignores what earlier items took',
    file: END,
    find: 'v_balance := v_balance - (v_base + v_fee - v_debt);',
    plant: '',
    test: test('holds-at-once', '200 captures on one wallet take exactly 200 prices'),
  },
  {
    name: 'a key that occurs twice in a list places two holds',
    file: PLACE,
    find: 'if v_key is distinct from v.key then',
    plant: 'if true then',
    test: test('holds-lists', 'later items of a list see what earlier ones reserved, and a key is one hold within a list'),
  },
  {
    name: 'a hold that occurs twice in a list ends twice',
    file: END,
    find: 'if v_hold.id is distinct from (v.hold).id then',
    plant: 'if true then',
    test: test('holds-lists', 'a hold ends once within a list, and each item gets the balance at its position'),
  },
  {
    name: 'the service role may insert into the ledger',
    file: 'src/wallet/wallet.module.js',
    find: 'readOnly: [',
    plant: 'appendOnly: [',
    test: test('rights', 'is refused: insert into wallet default values'),
  },
  {
    name: 'an expiry releases no credits',
    file: EXPIRE,
    find: 'update wallet set held = held - v_amount where',
    plant: 'update wallet set held = held where',
    test: test('holds-expiry', 'expires once with any number of instances, and cannot be captured afterwards'),
  },
  {
    name: 'one expired hold expires all holds of its wallet',
    file: EXPIRE,
    find: `where id = any (v.ids) and status = 'held' returning amount`,
    plant: `where account_id = v.account_id and status = 'held' returning amount`,
    test: test('holds-expiry', 'expires alone, without the other holds of its wallet'),
  },
  {
    name: 'the newest debt is paid first',
    file: 'sql/repay_debts.sql',
    find: 'where account_id = v_account and paid < amount order by id loop',
    plant: 'where account_id = v_account and paid < amount order by id desc loop',
    test: test('holds-settlement', 'is paid in parts, the oldest debt first, by top-ups smaller than the debt'),
  },
  {
    name: 'every confirmation publishes a top-up event',
    file: 'sql/credit_topup.sql',
    find: `v_is_new := v.status = 'created';`,
    plant: 'v_is_new := true;',
    test: test('topup', 'publishes one event for its owner'),
  },
  {
    name: 'an entry may refer to a missing account',
    file: 'sql/refuse_unbalanced_entries.sql',
    find: 'or (select id from ledger_account where id = account_id) is null',
    plant: '',
    test: test('ledger', 'entries without their account'),
  },
  {
    name: 'a used ledger key is accepted for another movement',
    file: 'sql/post_transaction.sql',
    find: 'if v_known <> v_hash then',
    plant: 'if false then',
    test: test('ledger', 'another movement under a used key'),
  },
  {
    name: 'included credits are granted twice',
    file: 'sql/grant_included.sql',
    find: `p_tenant, 'grant', p_key, format`,
    plant: `p_tenant, 'grant', p_key || gen_random_uuid(), format`,
    test: test('subscriptions', 'pays once and gets the credits once under concurrent requests'),
  },
  {
    name: 'a locked wallet is reported as done',
    file: 'src/hold/hold.repository.js',
    find: `(row.outcome === 'locked' ? undefined : row)`,
    plant: '(row)',
    test: LEAVES_OTHERS,
  },
  {
    name: 'results go to the wrong callers',
    file: 'src/hold/batcher.js',
    find: 'const result = results[index];',
    plant: 'const result = results[0];',
    test: OWN_ANSWER,
  },
  {
    name: 'one bad item fails its batch',
    file: 'src/hold/batcher.js',
    find: 'if (batch.length === 1) {',
    plant: 'if (batch.length > 0) {\n                batch.slice(1).forEach(({ reject }) => reject(error));',
    test: { file: 'src/hold/batcher.spec.js', name: 'retries the items of a failed batch one by one, so that one bad item fails alone' },
  },
];
