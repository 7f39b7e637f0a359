import { AnswerTooLarge, Json, list, Empty, operation, type Operation, page, ListOffset, Text, LimitOffset } from '@skep/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type WrittenAnswer, writerOf } from './writer.js';

const ANSWER_BYTES = 3_500_000;

class Row {
  @Text() name!: string;
}
class Whole {
  @Json({ bytes: Infinity }) all!: object;
}
const writer = (shape: Parameters<typeof operation>[1]) => writerOf(operation('Read', shape) as Operation);
const names = ({ json }: WrittenAnswer) => (JSON.parse(json) as Row[]).map(({ name }) => name);
const rowsOf = (sizes: number[]) => sizes.map((size, i) => ({ name: `${i}:${'ü'.repeat(size)}` }));

describe('an answer', () => {
  it('of rows that fit is all of them', () => {
    const written = writer({ input: ListOffset, output: list(Row) })(rowsOf([1, 2, 3]), {});
    expect([names(written), written.held]).toEqual([['0:ü', '1:üü', '2:üüü'], undefined]);
  });

  it('of a whole list comes in parts that fit, without a gap and without a row twice', () => {
    const write = writer({ input: ListOffset, output: list(Row) });
    const sizes = fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, (sizes) => {
        const rows = rowsOf(sizes);
        const got: string[] = [];
        for (let held: number | undefined = 0; held !== undefined;) {
          const part = write(rows, { offset: got.length });
          expect(Buffer.byteLength(part.json)).toBeLessThanOrEqual(ANSWER_BYTES);
          held = part.held;
          got.push(...names(part));
        }
        expect(got).toEqual(rows.map(({ name }) => name));
      }),
      { numRuns: 20 },
    );
  });

  it('of a page is what its handler answered, as far as it fits, with the number of rows in all', () => {
    const rows = rowsOf([900_000, 900_000]);
    const written = writer({ input: LimitOffset, output: page(Row) })({ rows, total: 50 }, { offset: 7, limit: 2 });
    expect([names(written), written.total, written.held]).toEqual([[rows[0]!.name], 50, 1]);
  });

  it('that cannot be divided and does not fit is the problem answer_too_large', () => {
    const refused = { body: { code: AnswerTooLarge.code, status: 413 } };
    const large = { name: 'x'.repeat(ANSWER_BYTES) };
    for (const attempt of [
      () => writer({ input: Empty, output: Whole })({ all: large }, {}),
      () => writer({ input: Empty, output: list(Row) })(rowsOf([900_000, 900_000]), {}),
      () => writer({ input: ListOffset, output: list(Row) })([large], {}),
    ])
      expect(catching(attempt)).toMatchObject(refused);
  });
});

function catching(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return error;
  }
}
