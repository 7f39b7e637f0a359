import { Text } from '@skep/contracts';
import { describe, expect, it } from '@jest/globals';
import { Components } from './components.js';

/** Another class with this name on each call. */
function createRun() {
  class Run {
    @Text({ description: 'Its id.' }) id!: string;
  }
  return Run;
}
const [first, second, third] = [createRun(), createRun(), createRun()];

describe('two classes with one name', () => {
  it('are two components: the first one has the name, the second one has its context as a prefix', () => {
    const components = new Components([]);
    const [agent, coach] = [components.placeFor('agent'), components.placeFor('coach')];
    expect([agent(first), coach(second), coach(first), agent(second)].map(({ $ref }) => $ref)).toEqual(
      ['Run', 'CoachRun', 'Run', 'CoachRun'].map((name) => `#/components/schemas/${name}`),
    );
    expect(components.schemas).toMatchObject({ Run: { title: 'Run' }, CoachRun: { title: 'CoachRun', properties: { id: {} } } });
  });

  it('are rejected within a context', () => {
    const place = new Components(['Run']).placeFor('agent');
    place(second);
    expect(() => place(third)).toThrow('Another class is named AgentRun in this document: rename Run of agent');
  });
});
