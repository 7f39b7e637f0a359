import { type Fault, InvalidInput, Problem, read } from '@skep/contracts';
import { fieldNamesOfProfile, INTAKE_TOPICS, type IntakeStep, type Profile, ProfileFields } from '@skep/contracts/coach';

export type Answers = Record<string, unknown>;

/** The answers that are fields of the profile. @throws Problem `invalid_input` for a value that the field cannot have */
export function profileFieldsIn(answers: Answers): Partial<ProfileFields> {
  const fields = Object.entries(answers).filter(([name, value]) => fieldNamesOfProfile.includes(name) && value !== null);
  try {
    return given(read(ProfileFields, Object.fromEntries(fields)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw InvalidInput((error.body.detail as Fault[]).map((fault) => ({ ...fault, loc: ['answers', ...fault.loc] })));
  }
}

/** Of what a model gives as answers, those that are values of fields of the profile, or null. */
export function learnedIn(answers: Answers = {}): Answers {
  return Object.assign(
    {},
    ...fieldNamesOfProfile.map((name) => {
      const value = Object.hasOwn(answers, name) ? answers[name] : undefined;
      if (value === undefined || value === '') return {};
      if (value === null) return { [name]: null };
      try {
        return profileFieldsIn({ [name]: value });
      } catch (error) {
        if (error instanceof Problem) return {};
        throw error;
      }
    }),
  ) as Answers;
}

/** What a profile already says. */
export const knownOf = (profile: Profile | undefined): Answers =>
  Object.fromEntries(
    Object.entries(profile ?? {}).filter(
      ([name, value]) => fieldNamesOfProfile.includes(name) && value !== null && !(Array.isArray(value) && !value.length),
    ),
  );

/** The first topic without an answer. */
export const nextStep = (known: Answers): IntakeStep => INTAKE_TOPICS.find((topic) => !Object.hasOwn(known, topic)) ?? 'done';

/** The answers that would change a profile; null if none would. */
export function patchOf(learned: Answers, known: Answers): Answers | null {
  const changes = Object.entries(learned).filter(
    ([name, value]) => value !== null && JSON.stringify(value) !== JSON.stringify(known[name]),
  );
  return changes.length ? Object.fromEntries(changes) : null;
}

const given = (fields: ProfileFields): Partial<ProfileFields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
