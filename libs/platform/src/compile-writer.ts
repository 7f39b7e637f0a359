import { AnswerTooLarge, continues, isRaw, isRows, type Operation, type Page, schemaOf, schemaOfOutput } from '@skep/contracts';
import fastJson from 'fast-json-stringify';

/** The server's `max_payload` of 8 MB leaves room for headers. */
export const MAX_ANSWER_BYTES = 3_500_000;

/** A serialised answer. */
export interface WrittenAnswer {
  /** JSON, or text of the operation's media type. */
  json: string;
  /** The number of rows that match, if the operation returns a page. */
  total?: number | undefined;
  total_capped?: boolean | undefined;
  /** The number of rows in this answer, if not all fit. */
  held?: number;
  /** The cursor of the last row in this answer, if more rows follow. */
  next?: string | undefined;
}
type AnswerWriter = (result: unknown) => WrittenAnswer;

/**
 * Compiles the serializer of an operation's answers. It writes the fields of the output class and no others, and as many rows as one
 * answer may hold if the input has a `cursor` or an `offset` to request the rest.
 * The serializer throws Problem `answer_too_large`, and Error if a required field is missing, so no invalid answer is sent.
 */
export function compileWriter(operation: Operation): AnswerWriter {
  const { input, output } = operation;
  if (isRaw(output)) return (result) => ({ json: assertFits(result as string) });
  const writeAll = fastJson(schemaOfOutput(output) as unknown as fastJson.Schema);
  if (!isRows(output)) return (result) => ({ json: assertFits(writeAll(result)) });
  const writeRow = fastJson(schemaOf(output.of) as unknown as fastJson.Schema);
  const canContinue = continues(input);
  return (result) => {
    const page: Page<object> = output.kind === 'page' ? (result as Page<object>) : { rows: result as object[] };
    const { rows, total, total_capped, cursorAt, has_more } = page;
    const json = writeAll(rows);
    if (fits(json) || !canContinue)
      return { json: assertFits(json), total, total_capped, next: has_more ? cursorAt?.(rows.length - 1) : undefined };
    const written = takeFittingRows(rows, writeRow);
    return { json: `[${written.join(',')}]`, total, total_capped, held: written.length, next: cursorAt?.(written.length - 1) };
  };
}

const fits = (json: string) => Buffer.byteLength(json) <= MAX_ANSWER_BYTES;

function assertFits(json: string): string {
  if (fits(json)) return json;
  throw AnswerTooLarge();
}

/** Serialises the first rows, as many as fit in one answer. @throws Problem `answer_too_large` for a row that is too large by itself */
function takeFittingRows(rows: object[], write: (row: object) => string): string[] {
  const written: string[] = [];
  let bytes = 2;
  for (const row of rows) {
    const json = write(row);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > MAX_ANSWER_BYTES) break;
    written.push(json);
  }
  if (written.length === 0) throw AnswerTooLarge();
  return written;
}
