import { type Problem, textOfFaults } from '@skep/contracts';
import { NODE_MESSAGE_BYTES, nodes, ToNodeMessage } from '@skep/contracts/nodes';
import { open } from '../../route.js';
import { message, socket } from '../../table.js';

function textOf({ body: { code, detail, title } }: Problem, name: string): string {
  if (code === 'bad_request') return name ? `Unknown event: ${name.slice(0, 100)}` : 'Invalid JSON';
  if (code === 'invalid_input' && !name) return 'Invalid JSON';
  return Array.isArray(detail) ? textOfFaults(detail) : typeof detail === 'string' ? detail : title;
}

/** The answer to a message with a problem, in the way in which the message is named. */
export function nodeErrorOf(problem: Problem, sent: Readonly<Record<string, unknown>>): object {
  if (typeof sent['type'] === 'string' && sent['event'] === undefined)
    return { type: 'error', code: problem.body.code, message: textOf(problem, sent['type']) };
  return { event: 'node.error', data: { message: textOf(problem, typeof sent['event'] === 'string' ? sent['event'] : '') } };
}

/** Everyone may send these: a device has no user, and `nodes` knows the node that its socket is of. */
const device = open();

export const nodeSocketRoutes = [
  socket('/ws/node', nodes.openNodeSocket, open(), {
    names: ['event', 'type'],
    messages: {
      'node.auth': message(nodes.identifyNode, device),
      'node.pair.request': message(nodes.requestPairing, device),
      'node.register_capabilities': message(nodes.describeNode, device),
      'node.heartbeat': message(nodes.heartbeatNode, device),
      'node.result': message(nodes.takeNodeResult, device),
      'node.event': message(nodes.noteNodeEvent, device),
      auth: message(nodes.identifyNode, device),
      pair_request: message(nodes.requestPairing, device),
      register_capabilities: message(nodes.describeNode, device),
      heartbeat: message(nodes.heartbeatNode, device),
      result: message(nodes.takeNodeResult, device),
      event: message(nodes.noteNodeEvent, device),
    },
    maxBytes: NODE_MESSAGE_BYTES,
    onClose: nodes.closeNodeSocket,
    sends: [ToNodeMessage],
    errorOf: nodeErrorOf,
  }),
];
