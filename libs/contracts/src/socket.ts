import { Int, Shape, Text, type Type } from './fields.js';

/** An id names the gateway that holds the socket, and the socket. */
export const SOCKET_ID = /^[0-9a-f]{16}-[0-9a-f]{24}$/;

@Shape('A socket of a client, which a gateway holds. An input that extends it is a message of that socket.')
export class SocketRef {
  @Text({ pattern: SOCKET_ID, description: 'Id of the socket.', example: '5f0c7a52d1b94e0c-8f3a6b7c8d9e0f1234567890' })
  socket_id!: string;
}

@Shape('A socket that has closed.')
export class SocketClosed extends SocketRef {
  @Int({ description: 'The close code (RFC 6455), 1006 if the connection broke.', example: 1000 }) code!: number;
}

@Shape('What a message of yours did wrong. The socket stays open.')
export class SocketError {
  @Text({ description: '`error`.', example: 'error' }) type!: string;
  @Text({ description: 'The code of the problem.', example: 'invalid_input' }) code!: string;
  @Text({ description: 'What is wrong.', example: 'text: Field required' }) message!: string;
}

/** Whether an input belongs to a socket: the gateway, which holds the socket, fills its `socket_id`. */
export const isOfSocket = (input: Type): boolean => input === SocketRef || input.prototype instanceof SocketRef;
