import { codeOf } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { learnedIn, nextStep, patchOf, profileFieldsIn } from './intake-answers.js';

describe('answers', () => {
  it('of a person are fields of the profile where they have their names, and right', async () => {
    expect(profileFieldsIn({ weekly_hours: 4, dog: 'Rex', sex: null })).toEqual({ weekly_hours: 4 });
    expect(await codeOf(Promise.resolve().then(() => profileFieldsIn({ weekly_hours: 'many' })))).toBe('invalid_input');
  });

  it('of a model count as far as they are values of the profile', () =>
    expect(
      learnedIn({
        ...{ weekly_hours: 4, sports: 'run', experience: 'god', injuries: null, height_cm: 9_000, goals: 'A marathon' },
        ...{ user_id: 'imp_u_bob', version: 7, constructor: 'x', birth_date: '' },
      }),
    ).toEqual({ weekly_hours: 4, injuries: null, goals: 'A marathon' }));

  it('lead to the next topic', () => {
    expect(nextStep({})).toBe('sports');
    expect(nextStep({ sports: ['run'], experience: null })).toBe('weekly_hours');
    expect(nextStep({ sports: [], experience: '', weekly_hours: 1, goals: null, injuries: null })).toBe('done');
  });

  it('propose what the profile does not say', () => {
    expect(patchOf({ weekly_hours: 4, goals: 'x', injuries: null }, { weekly_hours: 4 })).toEqual({ goals: 'x' });
    expect(patchOf({ weekly_hours: 4 }, { weekly_hours: 4 })).toBeNull();
  });
});
