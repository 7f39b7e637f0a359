import { AnswerTooLarge, Json, list, Empty, operation, type Operation, page, ListCursor, Text, LimitOffset } from '@skep/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type WrittenAnswer, compileWriter } from './compile-writer.js';

const ANSWER_BYTES = 3_500_000;

class Row {
  @Text() name!: string;
}
class Document {
  @Json({ bytes: Infinity }) all!: object;
}
const writer = (shape: Parameters<typeof operation>[1]) => compileWriter(operation('Read', shape) as Operation);
const namesOf = ({ json }: WrittenAnswer) => (JSON.parse(json) as Row[]).map(({ name }) => name);
const createRows = (sizes: number[]) => sizes.map((size, i) => ({ name: `${i}:${'ü'.repeat(size)}` }));

describe('an answer', () => {
  it('contains all rows if they fit', () => {
    const written = writer({ input: ListCursor, output: list(Row) })(createRows([1, 2, 3]));
    expect([namesOf(written), written.held]).toEqual([['0:ü', '1:üü', '2:üüü'], undefined]);
  });

  it('of a long list comes in parts that fit, with each row exactly once', () => {
    const write = writer({ input: ListCursor, output: list(Row) });
    const sizes = fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, (sizes) => {
        const rows = createRows(sizes);
        const got: string[] = [];
        for (let held: number | undefined = 0; held !== undefined;) {
          const part = write(rows.slice(got.length));
          expect(Buffer.byteLength(part.json)).toBeLessThanOrEqual(ANSWER_BYTES);
          held = part.held;
          got.push(...namesOf(part));
        }
        expect(got).toEqual(rows.map(({ name }) => name));
      }),
      { numRuns: 20 },
    );
  });

  it('of a page has the rows that fit, and the total number of rows', () => {
    const rows = createRows([900_000, 900_000]);
    const written = writer({ input: LimitOffset, output: page(Row) })({ rows, total: 50 });
    expect([namesOf(written), written.total, written.held]).toEqual([[rows[0]!.name], 50, 1]);
  });

  it('of a page with cursors continues after the last row that fits, or after the page', () => {
    const write = writer({ input: ListCursor, output: page(Row) });
    const answer = (sizes: number[], has_more: boolean) =>
      write({ rows: createRows(sizes), total: 9, has_more, cursorAt: (index: number) => `after ${index}` });
    const { held, next } = answer([900_000, 900_000, 900_000], false);
    expect([held, next]).toEqual([1, 'after 0']);
    expect([answer([1, 2], true).next, answer([1, 2], false).next]).toEqual(['after 1', undefined]);
  });

  it('that is too large and cannot be split is the problem answer_too_large', () => {
    const refused = { body: { code: AnswerTooLarge.code, status: 413 } };
    const large = { name: 'x'.repeat(ANSWER_BYTES) };
    for (const attempt of [
      () => writer({ input: Empty, output: Document })({ all: large }),
      () => writer({ input: Empty, output: list(Row) })(createRows([900_000, 900_000])),
      () => writer({ input: ListCursor, output: list(Row) })([large]),
    ])
      expect(catchError(attempt)).toMatchObject(refused);
  });
});

function catchError(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return error;
  }
}
