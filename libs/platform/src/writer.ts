import { isRows, type Operation, type Page, schemaOfOutput } from '@skep/contracts';
import fastJson from 'fast-json-stringify';

/** An answer as JSON text, and how many rows there are in all where the operation pages. */
export interface Written {
  json: string;
  total?: number;
}

/**
 * Compiles the writer of an operation's answers: it writes the fields of the output class and no others.
 * It throws when a required field is missing, so that a reply which breaks its contract never leaves.
 */
export function writerOf(operation: Operation): (result: unknown) => Written {
  const stringify = fastJson(schemaOfOutput(operation.output) as unknown as fastJson.Schema);
  const { output } = operation;
  if (!isRows(output) || output.kind === 'list') return (result) => ({ json: stringify(result) });
  return (result) => {
    const { rows, total } = result as Page<object>;
    return { json: stringify(rows), total };
  };
}
