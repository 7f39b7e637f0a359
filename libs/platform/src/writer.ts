import { AnswerTooLarge, fieldsOf, isRaw, isRows, type Operation, type Page, ListOffset, schemaOf, schemaOfOutput } from '@skep/contracts';
import fastJson from 'fast-json-stringify';

/** The server's `max_payload` of 4 MB leaves room for headers. */
const ANSWER_BYTES = 3_500_000;

/** An answer as text, JSON unless the operation answers another media type; how many rows there are in all where the operation pages, and how many of the rows it holds if not all. */
export interface WrittenAnswer {
  json: string;
  total?: number;
  held?: number;
}
type Write = (result: unknown, input: object) => WrittenAnswer;

/**
 * Compiles the writer of an operation's answers: it writes the fields of the output class and no others. Of rows it writes as many as
 * one answer may hold, where the input can say where to go on.
 * It throws when a required field is missing, so that a reply which breaks its contract never leaves.
 * @throws Problem `answer_too_large`, from the writer
 */
export function writerOf(operation: Operation): Write {
  const { input, output } = operation;
  if (isRaw(output)) return (result) => ({ json: mustFit(result as string) });
  const whole = fastJson(schemaOfOutput(output) as unknown as fastJson.Schema);
  if (!isRows(output)) return (result) => ({ json: mustFit(whole(result)) });
  const one = fastJson(schemaOf(output.of) as unknown as fastJson.Schema);
  const goesOn = fieldsOf(input).some(({ key }) => key === 'offset');
  const isWhole = input === ListOffset || input.prototype instanceof ListOffset;
  return (result, { offset = 0 }: { offset?: number }) => {
    const { rows: all, total } = output.kind === 'page' ? (result as Page<object>) : { rows: result as object[] };
    const rows = isWhole && offset ? all.slice(offset) : all;
    const json = whole(rows);
    if (fits(json) || !goesOn) return { json: mustFit(json), total };
    const written = fitting(rows, one);
    return { json: `[${written.join(',')}]`, total, held: written.length };
  };
}

const fits = (json: string) => Buffer.byteLength(json) <= ANSWER_BYTES;

function mustFit(json: string): string {
  if (fits(json)) return json;
  throw AnswerTooLarge();
}

/** The rows that one answer holds. @throws Problem `answer_too_large` for a row that is too large by itself */
function fitting(rows: object[], write: (row: object) => string): string[] {
  const written: string[] = [];
  let bytes = 2;
  for (const row of rows) {
    const json = write(row);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > ANSWER_BYTES) break;
    written.push(json);
  }
  if (written.length === 0) throw AnswerTooLarge();
  return written;
}
