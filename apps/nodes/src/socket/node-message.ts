import { InvalidInput } from '@skep/contracts';
import type { NodeDialect, NodeMessage, NodeMessageData } from '@skep/contracts/nodes';
import type { CommandResult } from '../invocation/invocation.repository.js';

export const dialectOf = ({ event }: NodeMessage): NodeDialect => (event === undefined ? 'type' : 'event');

/** The fields of a message, wherever its dialect has them. */
export function fieldsOf(message: NodeMessage): NodeMessageData {
  if (dialectOf(message) === 'event') return message.data ?? {};
  const { token, name, platform, capabilities, request_id, success, error } = message;
  const fields = { token, name, platform, capabilities, request_id, success, error };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @throws Problem `invalid_input` if it is missing */
export function requiredOf<K extends 'name' | 'request_id'>(message: NodeMessage, name: K): string {
  const value = fieldsOf(message)[name];
  if (!value) throw InvalidInput([{ loc: [name], msg: 'Field required', type: 'missing' }]);
  return value;
}

/** How a command ended, in the words of either dialect. */
export function resultOf(message: NodeMessage): CommandResult {
  const { success, error } = fieldsOf(message);
  if (dialectOf(message) === 'event') {
    const { output = '', data } = message.data ?? {};
    return {
      success: success ?? false,
      output,
      error: error ?? null,
      exit_code: exitCodeOf(data?.['return_code']),
      result_data: data ?? null,
    };
  }
  const { result, exit_code } = message;
  const output = typeof result === 'string' ? result : result === undefined ? '' : JSON.stringify(result);
  return { success: success ?? error === undefined, output, error: error ?? null, exit_code: exitCodeOf(exit_code), result_data: null };
}

const exitCodeOf = (code: unknown): number | null => (Number.isInteger(code) && Math.abs(Number(code)) < 2 ** 31 ? Number(code) : null);
