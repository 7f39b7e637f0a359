import { describe, expect, it } from '@jest/globals';
import { describeSchema, type SchemaDocs } from './describe-schema.js';
import { docsUrlOf } from './faults.js';
import { IR_DOCS } from './ir.docs.js';
import { IR_SCHEMA } from './ir.schema.js';
import { MANIFEST_DOCS } from './manifest.docs.js';
import { MANIFEST_SCHEMA } from './manifest.schema.js';
import { didYouMean, nearestOf } from './nearest.js';

it.each<[string, object, SchemaDocs]>([
  ['an IR', IR_SCHEMA, IR_DOCS],
  ['a manifest', MANIFEST_SCHEMA, MANIFEST_DOCS],
])('every key of %s is described, and nothing else is', (_, schema, docs) => {
  const undocumented: string[] = [];
  describeSchema(schema as never, docs, (path) => undocumented.push(path));
  expect(undocumented).toEqual([]);
  for (const path of Object.keys(docs)) {
    const { [path]: __, ...others } = docs;
    const missed: string[] = [];
    describeSchema(schema as never, others, (each) => missed.push(each));
    expect(missed).toContain(path);
  }
});

it('an object with any keys says so', () => {
  expect(describeSchema({ type: ['object', 'null'] }, {})).toEqual({ type: ['object', 'null'], additionalProperties: true });
});

it('the rule of a key follows its description', () => {
  const schema = { type: 'object', properties: { id: { type: 'string', description: 'An id has letters' } } };
  expect(describeSchema(schema, { id: { description: 'Id of the entry.' } })).toEqual({
    type: 'object',
    properties: { id: { type: 'string', description: 'Id of the entry. An id has letters.' } },
  });
});

describe('a misspelt name', () => {
  const names = ['store.create', 'store.list', 'url', 'description'];
  it.each([
    ['store.crate', 'store.create'],
    ['Store.List', 'store.list'],
    ['ulr', 'url'],
    ['descripton', 'description'],
    ['id', undefined],
    ['explode', undefined],
    ['description'.repeat(10), undefined],
  ])('%s means %s', (word, name) => expect(nearestOf(word, names)).toBe(name));

  it('is answered with a question, or with other help', () => {
    expect(didYouMean('ulr', names, '; remove it')).toBe("; did you mean 'url'?");
    expect(didYouMean('explode', names, '; remove it')).toBe('; remove it');
  });
});

it('each kind of fault has a page', () => expect(docsUrlOf('unknown-op')).toBe('/docs/apps/errors#unknown-op'));
