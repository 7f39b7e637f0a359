import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FILLED_MAX, fillTemplate } from './fill-template.js';

const PUSH = {
  repository: { name: 'skep' },
  sender: { login: 'ada' },
  commits: [{ id: 'a1' }, { id: 'b2' }],
  ok: true,
  text: 'Hello',
  none: null,
  get: 'own',
};
const fill = (template: string, payload: unknown = PUSH) => fillTemplate(template, { payload, headers: { 'x-event': 'push' } });
const json = (value: unknown) => JSON.stringify(value, null, 2);

describe('a template', () => {
  it.each([
    ['New push to {{ payload.repository.name }} by {{ payload.sender.login }}', 'New push to skep by ada'],
    ["{{ payload.get('missing', {}).get('x', 'nothing') }}", 'nothing'],
    ["{{ payload.get('missing') }}|{{ payload.missing }}|{{ payload.none }}|{{ payload.ok }}", 'None||None|True'],
    ["{% if payload.get('ok') %}yes{% else %}no{% endif %}", 'yes'],
    ['{% if payload.none %}yes{% elif payload.text == "Hello" %}second{% else %}no{% endif %}', 'second'],
    ["{% if not payload.none and ('skep' in payload.repository.name or missing) %}yes{% endif %}", 'yes'],
    ['{% for c in payload.commits %}{{ loop.index }}={{ c.id }}{% if not loop.last %};{% endif %}{% endfor %}', '1=a1;2=b2'],
    ['{% for c in payload.commits %}{% for k in c %}{{ k }}{% endfor %}{% endfor %}{% for x in payload.missing %}x{% endfor %}', 'idid'],
    ['{{ payload.text | upper }} {{ payload.text | lower }} {{ payload.commits | length }}', 'HELLO hello 2'],
    ["{{ payload.missing | default('none') }} {{ '' | default('empty', true) }}", 'none empty'],
    ['{{ payload.sender | tojson }} {{ payload.commits[1].id }} {{ payload["text"] }}', '{"login":"ada"} b2 Hello'],
    ["{{ headers['x-event'] }} {{ headers.get('x-nothing', 'none') }}", 'push none'],
    ['a {{- payload.text -}} b{# said #}!', 'aHellob!'],
    ["{{ payload.commits | length > 1 }} {{ '}}' }} {{ 'it\\'s' }}", "True }} it's"],
  ])('%s gives %s', (template, text) => expect(fill(template)).toBe(text));

  it.each(['', '{{ payload.text | nosuch }}', '{% if %}', '{{ payload.text', '{% endif %}', '{{ payload.missing.deeper }}', "{{ 'a }}"])(
    'that is empty or fails gives the payload: %s',
    (template) => expect(fill(template)).toBe(json(PUSH)),
  );

  it.each([
    "payload.constructor.constructor('return 6*7191')()",
    "''.constructor",
    'payload.__proto__',
    "payload['constru' + 'ctor']",
    "payload['constructor']",
    'payload.get.constructor',
    'payload.commits.map',
    'payload.commits.length',
    "payload.get('toString')",
    'globalThis',
    'process.env',
  ])('reaches only own properties: %s', (code) => {
    expect(fill(`{{ ${code} }}`, { text: 'Hello', commits: [] })).not.toMatch(/43146|function|native code|\[object|SKEP_/);
  });

  it('does not fill what a value contains', () =>
    expect(fill('{{ payload.t }}', { t: '{{ payload.k }}{% if 1 %}' })).toBe('{{ payload.k }}{% if 1 %}'));

  it('ends, and is no longer than it may be, whatever it loops over', () => {
    const loop = '{% for a in payload.l %}'.repeat(8) + '{{ a }}' + '{% endfor %}'.repeat(8);
    expect(fill(loop, { l: Array.from({ length: 100 }, () => '') }).length).toBeLessThan(2_000);
    expect(fill('{% for a in payload.l %}{{ payload.t }}{% endfor %}', { t: 'x'.repeat(10_000), l: [...'0123456789'] })).toMatch(/^\{\n/);
    expect(
      fill('{% for a in payload.l %}{{ payload | tojson | length }}{% endfor %}', { t: 'x'.repeat(100_000), l: [...'0123456789ab'] }),
    ).toMatch(/^\{/);
    expect(fill(`{{ ${'('.repeat(50_000)} }}`).length).toBeLessThan(1_000);
    expect(fill('', JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)))).toBe('(too deeply nested)');
  });

  it('never throws, and is never longer than it may be', () => {
    const word = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        'if',
        'else',
        'elif',
        'endif',
        'for',
        'in',
        'endfor',
        'payload',
        '.',
        'get',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
      ],
      ...[
        '|',
        'tojson',
        'length',
        'default',
        'upper',
        "'",
        '"',
        '\\',
        '==',
        '<',
        'and',
        'not',
        'constructor',
        '__proto__',
        '1',
        ' ',
        '-',
        'x',
      ],
    );
    const template = fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string()), { maxLength: 40 }).map((words) => words.join(''));
    fc.assert(
      fc.property(template, fc.jsonValue(), (text, payload) => {
        const filled = fill(text, payload);
        expect(filled.length).toBeLessThanOrEqual(FILLED_MAX);
        expect(filled).not.toMatch(/native code|\[object Object\]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the member of any path of own properties', () => {
    const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/).filter((name) => name !== 'get');
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 6 }), fc.string(), (path, value) => {
        const payload = path.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), value);
        expect(fill(`{{ payload.${path.join('.')} }}`, payload)).toBe(value);
        expect(fill(`{{ payload${path.map((name) => `['${name}']`).join('')} }}`, payload)).toBe(value);
      }),
    );
  });
});
