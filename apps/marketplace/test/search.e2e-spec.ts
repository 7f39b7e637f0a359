import { marketplace } from '@skep/contracts/marketplace';
import { asAnonymous, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const search = async (text: string, more = {}) => (await harness.ids({ search: text, ...more })).ids;
const tool = (name: string, description: string) => ({ name, description, params_schema: {}, action_type: 'read' });

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(
    approval('link-saver', {
      name: 'Link Saver',
      short_description: 'Save and list links through chat, kept per user.',
      category: 'productivity',
      functions: [tool('save_link', 'Save one bookmark for the user.')],
    }),
    approval('weather', {
      name: 'Weather',
      short_description: 'Forecasts for the calendar week.',
      category: 'information',
      tags: ['meteorology'],
    }),
    approval('notes', { name: 'Notes', short_description: 'Short texts for yourself.', category: 'productivity' }),
    approval('notebook', { name: 'Notebook', short_description: 'Pages and pages.', category: 'productivity' }),
    approval('minutes', { name: 'Minutes', short_description: 'Notes of a meeting.', category: 'office' }),
    approval('nodejs-runner', { name: 'Node.js 2.0 Runner', short_description: "It's 100% safe_code; <b>fast</b>.", category: 'office' }),
    approval('kaese', { name: 'Käse Ссылка', short_description: 'Fromage.', category: 'food' }),
    approval('internal', { name: 'Link Saver of the system', system: true, category: 'productivity' }),
  );
});
afterAll(() => harness?.close());

describe('a search', () => {
  it.each([
    ['link saver', 'words of the name'],
    ['LINK saver', 'case-insensitively'],
    ['link-saver', 'the id'],
    ['links chat', 'words of the description'],
    ['saving', 'another form of a word'],
    ['save_link', 'the name of a function'],
    ['bookmark', 'the description of a function'],
    ['link sav', 'an incomplete word'],
    ['lin', 'an incomplete first word'],
    ['lnik saver', 'two letters swapped'],
    ['lnik', 'a short misspelled word alone'],
    ['link savr', 'a missing letter'],
    ['linkk saver', 'an extra letter'],
    ['lonk saver', 'a wrong letter'],
    ['lnik svaer', 'two misspelled words'],
    ['"link saver"', 'a phrase'],
    ['saver -weather', 'an excluded word'],
    ['nothinglikeit or saver', 'alternatives'],
  ])('for %s finds Link Saver: %s', async (text) => {
    expect(await search(text)).toEqual(['link-saver']);
  });

  it.each([
    ['calender', 'weather'],
    ['wether', 'weather'],
    ['meteorolgy', 'weather'],
    ['node.js', 'nodejs-runner'],
    ['node js 2.0', 'nodejs-runner'],
    ['kase', 'kaese'],
    ['ссыл', 'kaese'],
  ])('for %s finds %s', async (text, id) => {
    expect(await search(text)).toEqual([id]);
  });

  it('ranks the exact name first, then whole words, then prefixes', async () => {
    expect(await search('notes')).toEqual(['notes', 'minutes']);
    expect(await search('note')).toEqual(['notes', 'minutes', 'notebook']);
  });

  it('ranks corrections after literal matches', async () => {
    await harness.approve(approval('savers', { name: 'Savers of time' }));
    // "saves" is a form of "save", and one edit from "savers".
    expect(await search('saves')).toEqual(['link-saver', 'savers']);
  });

  it('does not correct a word that exists', async () => {
    expect(await search('texts')).toEqual(['notes']);
  });

  it('requires all its words', async () => {
    for (const text of ['link weather', 'link saver zzzzzz', '"saver link"', 'link -saver', 'zzzzzz'])
      expect(await search(text)).toEqual([]);
  });

  it('can be limited to a category', async () => {
    expect(await search('note', { category: 'productivity' })).toEqual(['notes', 'notebook']);
    expect(await search('note', { category: 'no-such' })).toEqual([]);
    expect(await search('', { category: 'office', sort: 'name' })).toEqual(['minutes', 'nodejs-runner']);
  });

  it('of white space lists everything; of punctuation only, nothing', async () => {
    expect(await harness.ids({ search: '   ' })).toEqual(await harness.ids({}));
    for (const text of ['!!!', '-', '"', '&', '():*', "'", '\\', '%', '_', '🐝']) expect(await search(text)).toEqual([]);
  });

  it('is never interpreted as SQL or as query syntax', async () => {
    const texts = [
      "'; drop table listing; --",
      "link' saver",
      'link\\ saver:*',
      'link & | ! <-> saver',
      '$1 $$ link',
      'li%k _aver',
      'a:* & b',
      '(((link',
      '"link',
      "''",
      'x'.repeat(200),
    ];
    for (const text of texts) await expect(search(text)).resolves.toBeInstanceOf(Array);
    expect(await search("link' saver")).toEqual(['link-saver']);
    expect(await search('link & | ! <-> saver')).toEqual(['link-saver']);
  });

  it('can have up to 200 characters', async () => {
    expect(await search(`link ${' '.repeat(190)}saver`)).toEqual(['link-saver']);
    expect(await search('ab '.repeat(66))).toEqual([]);
    expect(await search('äöü 日本 '.repeat(25).slice(0, 200))).toEqual([]);
    await expect(search('x'.repeat(201))).rejects.toMatchObject({
      body: { code: 'invalid_input', status: 422, detail: [{ loc: ['search'] }] },
    });
  });

  it('reports the total number of matches on every page', async () => {
    expect(await harness.ids({ search: 'note', limit: 2 })).toEqual({ ids: ['notes', 'minutes'], total: 3 });
    expect(await harness.ids({ search: 'note', limit: 2, offset: 2 })).toEqual({ ids: ['notebook'], total: 3 });
    expect(await harness.ids({ search: 'note', limit: 2, offset: 9 })).toEqual({ ids: [], total: 3 });
  });

  it('never finds system apps', async () => {
    expect(await search('system')).toEqual([]);
    await expect(harness.call(marketplace.getListing, asAnonymous(), { app_id: 'internal' })).rejects.toMatchObject({
      body: { code: 'app_not_found' },
    });
  });
});

it('a word that no listing contains any more is removed, and corrects no search', async () => {
  await harness.approve(approval('renamed', { name: 'Xylophone lessons' }));
  expect(await search('xylophnoe')).toEqual(['renamed']);
  await harness.approve(approval('renamed', { name: 'Trombone lessons', revision: 2 }));
  const words = async () => (await harness.query('select word from vocabulary order by word')).map(({ word }) => word);
  const before = await words();
  await harness.query(`update vocabulary set checked_at = now() - interval '25 hours'`);
  const another = await harness.startCopy();
  await waitUntil('the word to be removed', async () => !(await words()).includes('xylophone'));
  await another.stop();
  expect(await words()).toEqual(before.filter((word) => word !== 'xylophone'));
});
