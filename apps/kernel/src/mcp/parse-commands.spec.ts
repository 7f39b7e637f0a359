import { expect, it } from '@jest/globals';
import { parseCommands } from './parse-commands.js';

it('are read by name', () => {
  expect(parseCommands('{"files":{"command":"/opt/files"}}').get('files')).toEqual({ command: '/opt/files', args: [], env: {} });
  expect(parseCommands('{}').size).toBe(0);
});

it.each([
  ['files', 'must be JSON'],
  ['[]', 'must be an object'],
  ['{"A b":{"command":"x"}}', 'A b is no name: use a-z, 0-9, _ and -'],
  ['{"a":{"args":[]}}', 'a needs command, the program'],
  ['{"a":"sh"}', 'a needs command, the program'],
  ['{"a":{"command":"x","args":"-r"}}', 'args of a must be a list of texts'],
  ['{"a":{"command":"x","env":{"A":1}}}', 'env of a must be texts by name'],
])('%s is refused', (text, fault) => {
  expect(() => parseCommands(text)).toThrow(fault);
});
