import { Problem, read, textOfFaults, type Fault, type Type } from '@skep/contracts';
import type { Completion } from '@skep/contracts/models';

/** The value that a model gave, or what is wrong with it. `text`: what it wrote. */
export type Found<T> = { text: string; value: T; fault?: never } | { text: string; value?: never; fault: string };

/** Finds the value of a class in an answer: the arguments of the call or, from a model that does not call, the JSON in its text. */
export function findValue<T extends object>(type: Type<T>, answer: Completion, check?: (value: T) => string | undefined): Found<T> {
  const text = answer.tool_calls[0]?.arguments ?? jsonIn(answer.text);
  try {
    const value = read(
      type,
      JSON.parse(text, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part)),
    );
    const fault = check?.(value);
    return fault === undefined ? { text, value } : { text, fault };
  } catch (error) {
    if (error instanceof SyntaxError) return { text, fault: 'it is not JSON' };
    if (error instanceof Problem) return { text, fault: textOfFaults(error.body.detail as Fault[]) };
    throw error;
  }
}

/** The outermost object of a text, such as one in a fence of Markdown. */
const jsonIn = (text: string): string => /\{.*\}/s.exec(text)?.[0] ?? text;

/** Text of a model without what Postgres cannot store. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
