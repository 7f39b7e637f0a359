import { Int, Text } from '@skep/contracts';
import { describe, expect, it } from '@jest/globals';
import { as, bind, statement } from './statement.js';

class Jar {
  @Int() id!: number;
  @Text() label!: string;
}

describe('a statement', () => {
  it('numbers its named parameters, each once', () => {
    const { text, parameters } = statement('select :b::text, :a, :b where :c = any(x)');
    expect([text, parameters]).toEqual(['select $1::text, $2, $1 where $3 = any(x)', ['b', 'a', 'c']]);
  });

  it('leaves casts, texts and comments alone', () => {
    const sql = `select x::text, 'a :b ''c :d' -- and :e\n, y::"text"`;
    expect(statement(sql)).toMatchObject({ text: sql, parameters: [] });
  });

  it('takes its values by name, from any object that has them', () => {
    const find = statement('select * from jar where id = :id and label = :label', Jar, {
      size: as<'big' | 'small'>('text'),
      at: 'timestamptz?',
    });
    expect(bind(find, { label: 'plum', more: true, id: undefined })).toEqual([undefined, 'plum']);
    expect(() => bind(find, { id: 1 })).toThrow('the statement needs the parameter :label: select * from jar');
    const row: NonNullable<typeof find.row> = { id: 1, label: 'plum', size: 'big', at: null };
    expect(row.at?.getTime()).toBeUndefined();
  });
});
