import {
  BadRequest,
  type Operation,
  type PlatformScope,
  type Problem,
  type SocketClosed,
  type SocketError,
  textOfFaults,
  type Type,
} from '@skep/contracts';
import type { ChannelActivity } from '@skep/contracts/channels';
import { parseBody } from '../http/body.js';
import type { Access } from '../route.js';

/** A message of a socket: the operation that gets it, and who may send it. */
export interface SocketMessage {
  operation: Operation;
  access: Access;
}

/** What a socket consists of, beside the operation that opens it. An answer of an operation without fields is not sent. */
export interface SocketParts {
  /** What clients may send, by name. The inputs of the operations extend `SocketRef`. */
  messages: Readonly<Record<string, SocketMessage>>;
  /** The fields of a message that may have its name, in their order; by default `type`. */
  names?: readonly string[] | undefined;
  /** Returns the credential in a message, if it has one. It is that of the messages that follow, too. */
  credentialOf?: ((message: Readonly<Record<string, unknown>>) => unknown) | undefined;
  /** Gets each socket that has closed, unless its gateway has died. */
  onClose: Operation<SocketClosed>;
  /** What services send beside the answers of the operations. */
  sends?: readonly Type[] | undefined;
  /** What is sent to its person, who needs the scope, when something happens to them; undefined for nothing. */
  shows?: { scope: PlatformScope; toMessage: (activity: ChannelActivity) => object | undefined } | undefined;
  /** The answer to a message with a problem; by default a `SocketError`. `message` is empty if it could not be read. */
  errorOf?: ((problem: Problem, message: Readonly<Record<string, unknown>>) => object) | undefined;
  /** Bytes that a message may have; more close the socket with 1009. */
  maxBytes?: number | undefined;
}

/** @throws Problem `invalid_input` if it is not a JSON object */
export const parseMessage = (text: string): Record<string, unknown> => parseBody(Buffer.from(text));

/** @throws Problem `bad_request` if the message has no name that the socket knows */
export function findMessage({ messages, names = ['type'] }: SocketParts, message: Readonly<Record<string, unknown>>): SocketMessage {
  const name = names.map((field) => message[field]).find((value) => typeof value === 'string');
  const found = name !== undefined && Object.hasOwn(messages, name) ? messages[name] : undefined;
  if (!found)
    throw BadRequest(name === undefined ? `A message needs the field ${names.join(' or ')}.` : `Unknown message: ${name.slice(0, 100)}`);
  return found;
}

/** The answer to a message with a problem, unless a socket has another one. */
export function toSocketError({ body: { code, detail, title } }: Problem): SocketError {
  const message = Array.isArray(detail) ? textOfFaults(detail) : typeof detail === 'string' ? detail : title;
  return { type: 'error', code, message };
}
