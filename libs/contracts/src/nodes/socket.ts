import { Empty } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Int, Json, List, Nested, Bool, Optional, Shape, Text } from '../fields.js';
import { SocketClosed, SocketRef } from '../socket.js';
import { invocationDocs } from './invocation.js';
import { NodeDescription, nodeDocs } from './node.js';
import { TooManyPairingRequests } from './pairing.js';

/** Devices name messages in one of two ways, and are answered in the same. */
export type NodeDialect = 'event' | 'type';

/** Bytes of a message of a device. */
export const NODE_MESSAGE_BYTES = 1 << 20;

@Shape('The handshake of a device.')
export class OpenNodeSocket extends SocketRef {
  @Optional() @Text({ max: 200, ...nodeDocs.token }) token?: string;
}

@Shape('What a message with the field `event` is about.')
export class NodeMessageData extends NodeDescription {
  @Optional() @Text({ max: 200, ...nodeDocs.token }) token?: string;
  @Optional() @Text({ min: 1, max: 100, ...nodeDocs.name }) name?: string;
  @Optional() @Text({ max: 200, ...invocationDocs.request_id }) request_id?: string;
  @Optional() @Bool({ description: 'Whether the command worked.' }) success?: boolean;
  @Optional() @Text({ max: NODE_MESSAGE_BYTES, ...invocationDocs.output }) output?: string;
  @Optional() @Text({ max: NODE_MESSAGE_BYTES, ...invocationDocs.error }) error?: string;
  @Optional() @Json({ bytes: NODE_MESSAGE_BYTES, description: 'What else the device answers.' }) data?: Record<string, unknown>;
}

@Shape('A message of a device: named by `event`, with its fields in `data`; or named by `type`, with its fields beside it.')
export class NodeMessage extends SocketRef {
  @Optional() @Text({ max: 100, description: 'Name of the message.', example: 'node.auth' }) event?: string;
  @Optional() @Nested(() => NodeMessageData, { description: 'Its fields.' }) data?: NodeMessageData;
  @Optional() @Text({ max: 100, description: 'Name of the message.', example: 'auth' }) type?: string;
  @Optional() @Text({ max: 200, ...nodeDocs.token }) token?: string;
  @Optional() @Text({ max: 200, ...nodeDocs.id }) node_id?: string;
  @Optional() @Text({ min: 1, max: 100, ...nodeDocs.name }) name?: string;
  @Optional() @Text({ max: 50, ...nodeDocs.platform }) platform?: string;
  @Optional() @List('text', { max: 100, length: 100, ...nodeDocs.capabilities }) capabilities?: string[];
  @Optional() @Text({ max: 200, ...invocationDocs.request_id }) request_id?: string;
  @Optional() @AnyJson({ description: 'What the command wrote.', example: 'Darwin MacBook.local 24.6.0' }) result?: unknown;
  @Optional() @Int({ description: 'The exit code of the command.', example: 0 }) exit_code?: number;
  @Optional() @Bool({ description: 'Whether the command worked.' }) success?: boolean;
  @Optional() @Text({ max: NODE_MESSAGE_BYTES, ...invocationDocs.error }) error?: string;
}

@Shape('A message to a device, in the way in which its own are named.')
export class ToNodeMessage {
  @Optional() @Text({ description: 'Name of the message.', example: 'node.invoke' }) event?: string;
  @Optional() @Json({ bytes: Infinity, description: 'Its fields.' }) data?: object;
  @Optional() @Text({ description: 'Name of the message.', example: 'invoke' }) type?: string;
  @Optional() @Text(nodeDocs.id) node_id?: string;
  @Optional() @Text(nodeDocs.token) token?: string;
  @Optional() @Text(invocationDocs.request_id) request_id?: string;
  @Optional() @Text(invocationDocs.command) command?: string;
  @Optional() @Json({ bytes: Infinity, ...invocationDocs.args }) args?: object;
  @Optional() @Text({ description: 'What is wrong, or what to wait for.' }) message?: string;
}

const signed = { input: NodeMessage, output: Empty };

export const nodeSocketMembers = {
  openNodeSocket: operation('Connect a device over a WebSocket', {
    description: 'The device signs in with `?token=` or its first message, or asks to be paired.',
    input: OpenNodeSocket,
    output: ToNodeMessage,
    spansCalls: true,
  }),
  closeNodeSocket: operation('Note that a device has disconnected', { input: SocketClosed, output: Empty }),
  identifyNode: operation('Sign a device in', { input: NodeMessage, output: ToNodeMessage, spansCalls: true }),
  requestPairing: operation('Ask to be paired', { input: NodeMessage, output: ToNodeMessage, problems: [TooManyPairingRequests] }),
  describeNode: operation('Tell what the device can do', signed),
  heartbeatNode: operation('Tell that the device is there', signed),
  takeNodeResult: operation('Answer a command', signed),
  noteNodeEvent: operation('Tell what happens on the device', signed),
};
