import { expect, it } from '@jest/globals';
import { functionsOf, isDeeperThan, manifestFaults, tagsOf } from './manifest.js';

const manifest = { app_id: 'link-saver', version: '1.0.0' };

it.each([
  [manifest],
  [{ ...manifest, tools: null }],
  [{ ...manifest, icon: 'icons/link.svg' }],
  [{ ...manifest, version: '1.0.0-rc.1', tools: [{ name: 'save_link' }, { name: '__webhook__/stripe', action_type: 'write' }] }],
])('takes %j', (given) => {
  expect(manifestFaults(given, 'link-saver')).toEqual([]);
});

it.each<[Record<string, unknown>, (string | number)[]]>([
  [{ version: '1.0.0' }, ['app_id']],
  [{ ...manifest, app_id: 'another' }, ['app_id']],
  [{ ...manifest, app_id: 7 }, ['app_id']],
  [{ app_id: 'link-saver' }, ['version']],
  [{ ...manifest, version: 'one' }, ['version']],
  [{ ...manifest, icon: 'javascript:alert(1)' }, ['icon']],
  [{ ...manifest, icon: 7 }, ['icon']],
  [{ ...manifest, tools: {} }, ['tools']],
  [{ ...manifest, tools: ['save'] }, ['tools', 0]],
  [{ ...manifest, tools: [{ name: 'a' }, {}] }, ['tools', 1, 'name']],
  [{ ...manifest, tools: [{ name: 'a' }, { name: 'a' }] }, ['tools', 1, 'name']],
  [{ ...manifest, tools: [{ name: 'a b' }] }, ['tools', 0, 'name']],
  [{ ...manifest, tools: [{ name: 'a', description: 1 }] }, ['tools', 0, 'description']],
  [{ ...manifest, tools: [{ name: 'a', action_type: 'delete' }] }, ['tools', 0, 'action_type']],
  [{ ...manifest, tools: [{ name: 'a', params_schema: [] }] }, ['tools', 0, 'params_schema']],
  [{ ...manifest, padding: 'x'.repeat(1024 * 1024) }, []],
])('names what is wrong in manifest %#', (given, loc) => {
  expect(manifestFaults(given, 'link-saver')).toMatchObject([{ loc }]);
});

it('is not exhausted by nesting', () => {
  const deep = JSON.parse(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as Record<string, unknown>;
  expect(manifestFaults(deep, 'link-saver')).toMatchObject([{ type: 'too_deep' }]);
  expect(isDeeperThan({ a: [1] }, 2)).toBe(false);
  expect(isDeeperThan({ a: [1] }, 1)).toBe(true);
});

it('tells the functions of a manifest, with every way of naming parameters', () => {
  const tools = [
    {
      name: 'save',
      description: 'Save.',
      action_type: 'write',
      parameters: { url: { type: 'string', required: true }, title: { type: 'string' } },
    },
    { name: 'list', params_schema: { type: 'object' } },
    { name: 'drop', params_schema: { id: { type: 'string', required: true } } },
    { name: '__panel__main' },
  ];
  expect(functionsOf({ ...manifest, tools })).toEqual([
    {
      name: 'save',
      description: 'Save.',
      action_type: 'write',
      params_schema: { type: 'object', properties: { url: { type: 'string' }, title: { type: 'string' } }, required: ['url'] },
    },
    { name: 'list', description: '', action_type: null, params_schema: { type: 'object' } },
    {
      name: 'drop',
      description: '',
      action_type: null,
      params_schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    },
  ]);
  expect(functionsOf(manifest)).toEqual([]);
});

it('takes only texts as tags', () => {
  expect(tagsOf({ tags: ['links', 3, 'x'.repeat(51)] })).toEqual(['links']);
  expect(tagsOf({ tags: 'links' })).toEqual([]);
});
