import imported from '@jest/test-sequencer';

// Its types describe the CommonJS build, whose class is the member `default`.
const Sequencer = imported as unknown as typeof imported.default;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** Small files that take long. Jest starts large files first if it does not know how long each takes; the last one would then run alone. */
const SLOW = ['channels/dist/test/crash', 'automation/dist/test/crash', 'data-crash', 'fail-closed', 'contract', 'signing-keys'];

export default class SlowFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    const isSlow = ({ path }: Tests[number]) => SLOW.some((name) => path.includes(`${name}.`));
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
}
