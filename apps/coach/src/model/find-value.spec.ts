import { Int, Shape, Text } from '@skep/contracts';
import type { Completion } from '@skep/contracts/models';
import { describe, expect, it } from '@jest/globals';
import { findValue } from './find-value.js';

@Shape('A pace.')
class Pace {
  @Text({ max: 10 }) name!: string;
  @Int({ min: 1, max: 60 }) minutes!: number;
}

const called = (args: string) => ({ text: '', tool_calls: [{ id: '1', name: 'pace', arguments: args }] }) as unknown as Completion;
const said = (text: string) => ({ text, tool_calls: [] }) as unknown as Completion;

describe('the value in an answer of a model', () => {
  it('is what it calls the function with', () =>
    expect(findValue(Pace, called('{"name":"easy","minutes":6,"more":1}')).value).toEqual({ name: 'easy', minutes: 6 }));

  it('is the JSON in its text if it does not call', () =>
    expect(findValue(Pace, said('Here:\n```json\n{"name":"easy","minutes":6}\n```')).value).toEqual({ name: 'easy', minutes: 6 }));

  it.each([
    ['text that is not JSON', said('I cannot.'), 'it is not JSON'],
    ['a list', called('[]'), 'Input should be a valid object'],
    ['a value that misses a field', called('{"name":"easy"}'), 'minutes: Field required'],
    ['a value out of bounds', called('{"name":"easy","minutes":61}'), 'minutes: minutes must not be greater than 60'],
  ])('is not %s', (_, answer, fault) => expect(findValue(Pace, answer)).toMatchObject({ fault }));

  it('is not what the caller’s own check refuses', () =>
    expect(findValue(Pace, called('{"name":"easy","minutes":6}'), () => 'too slow')).toMatchObject({ fault: 'too slow' }));
});
