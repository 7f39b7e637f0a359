import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import {
  Bool,
  Day,
  type FieldDocs,
  fieldsOf,
  Instant,
  Int,
  List,
  Nullable,
  Num,
  OneOf,
  Optional,
  Shape,
  Text,
  TimeZone,
} from '../fields.js';
import { problem } from '../problem.js';

/** Sports of a person, a race or a route. */
export const SPORTS = ['run', 'trail_run', 'hike', 'road_bike', 'gravel_bike', 'mtb', 'swim', 'triathlon', 'other'] as const;

const docs = {
  display_name: { description: 'What the coach calls the person.', example: 'Ada' },
  locale: { description: 'Language of the person (BCP 47).', example: 'en' },
  timezone: { description: 'Time zone of the person (IANA).', example: 'Europe/Madrid' },
  units: { description: 'Units that apps show.', example: 'metric' },
  marketing_opt_in: { description: 'Whether the person wants news.', example: false },
  profile_id: { description: 'Id of the profile of the person.', example: 'prf_6Qk1' },
  if_match: { description: 'The `ETag` of what was read: if it has changed since, the answer is 409.', example: '"3"' },
} satisfies Record<string, FieldDocs>;

const Locale = () => Text({ min: 2, max: 35, pattern: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, ...docs.locale });

@Shape('A person who begins with the coach. Their address comes from their credential.')
export class BeginCoaching {
  @Optional() @Text({ max: 200, ...docs.display_name }) display_name?: string;
  @Optional() @Locale() locale?: string;
  @Optional() @TimeZone(docs.timezone) timezone?: string;
  @Optional() @Text({ max: 200, description: 'Where the person comes from, if they came by a recommendation.' }) referral?: string;
}

@Shape('A change of yourself. What is left out stays.')
export class UpdatePerson {
  @Optional() @Text({ max: 200, ...docs.display_name }) display_name?: string;
  @Optional() @Locale() locale?: string;
  @Optional() @TimeZone(docs.timezone) timezone?: string;
  @Optional() @OneOf(['metric', 'imperial'], docs.units) units?: 'metric' | 'imperial';
  @Optional() @Bool(docs.marketing_opt_in) marketing_opt_in?: boolean;
  @Optional() @Text({ max: 200, ...docs.if_match }) if_match?: string;
}

@Shape('Identifies a person.')
export class PersonRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('A person who is coached.')
export class Person {
  @Text(IDS.user) id!: string;
  @Text({ description: 'E-mail address; empty if the identity has none.', example: 'ada@example.com' }) email!: string;
  @Text(docs.display_name) display_name!: string;
  @Text(docs.locale) locale!: string;
  @TimeZone(docs.timezone) timezone!: string;
  @OneOf(['metric', 'imperial'], docs.units) units!: 'metric' | 'imperial';
  @Bool(docs.marketing_opt_in) marketing_opt_in!: boolean;
  @Text(docs.profile_id) profile_id!: string;
  @Instant({ description: 'When the person began.' }) created_at!: Date;
  @Instant({ description: 'When the person was last changed.' }) updated_at!: Date;
  @Int({ description: 'Counts changes. It is the `ETag`.', example: 3 }) version!: number;
}

@Shape('A person, and whether they are new.')
export class BegunPerson extends Person {
  @Bool({ description: 'Whether this request created the person.', example: true }) created!: boolean;
}

const SEXES = ['female', 'male', 'other', 'unspecified'] as const;
const EXPERIENCES = ['beginner', 'intermediate', 'advanced', 'expert'] as const;

const profileDocs = {
  birth_date: { description: 'Day of birth.', example: '1990-05-14' },
  sex: { description: 'Sex, for training zones.', example: 'female' },
  height_cm: { description: 'Height in centimetres.', example: 171 },
  weight_kg: { description: 'Weight in kilograms.', example: 64.5 },
  sports: { description: 'Sports, the most important one first.', example: ['trail_run'] },
  experience: { description: 'How experienced the person is.', example: 'intermediate' },
  weekly_hours: { description: 'Hours of training a week.', example: 6 },
  injuries: { description: 'Injuries, in the words of the person.', example: 'Left knee, 2024' },
  goals: { description: 'Goals, in the words of the person.', example: 'A first marathon' },
} satisfies Record<string, FieldDocs>;

/** What a person says of themselves. */
@Shape('What a profile has.')
export class ProfileFields {
  @Optional() @Day(profileDocs.birth_date) birth_date?: string;
  @Optional() @OneOf(SEXES, profileDocs.sex) sex?: (typeof SEXES)[number];
  @Optional() @Num({ min: 50, max: 280, ...profileDocs.height_cm }) height_cm?: number;
  @Optional() @Num({ min: 20, max: 400, ...profileDocs.weight_kg }) weight_kg?: number;
  @Optional() @List('text', { max: 20, length: 40, ...profileDocs.sports }) sports?: string[];
  @Optional() @OneOf(EXPERIENCES, profileDocs.experience) experience?: (typeof EXPERIENCES)[number];
  @Optional() @Num({ min: 0, max: 100, ...profileDocs.weekly_hours }) weekly_hours?: number;
  @Optional() @Text({ max: 4_000, ...profileDocs.injuries }) injuries?: string;
  @Optional() @Text({ max: 4_000, ...profileDocs.goals }) goals?: string;
}

/** The names of what a profile has. */
export const fieldNamesOfProfile = fieldsOf(ProfileFields).map(({ key }) => key);

@Shape('Identifies a profile.')
export class ProfileRef {
  @Text({ min: 1, max: 64, ...docs.profile_id }) profile_id!: string;
}

@Shape('A change of a profile.')
export class WriteProfile extends ProfileFields {
  @Text({ min: 1, max: 64, ...docs.profile_id }) profile_id!: string;
  @Optional() @Text({ max: 200, ...docs.if_match }) if_match?: string;
}

@Shape('The profile of a person: their health data, which only they read.')
export class Profile {
  @Text(docs.profile_id) profile_id!: string;
  @Text(IDS.user) user_id!: string;
  @Nullable() @Day(profileDocs.birth_date) birth_date!: string | null;
  @Nullable() @OneOf(SEXES, profileDocs.sex) sex!: string | null;
  @Nullable() @Num(profileDocs.height_cm) height_cm!: number | null;
  @Nullable() @Num(profileDocs.weight_kg) weight_kg!: number | null;
  @List('text', profileDocs.sports) sports!: string[];
  @Nullable() @OneOf(EXPERIENCES, profileDocs.experience) experience!: string | null;
  @Nullable() @Num(profileDocs.weekly_hours) weekly_hours!: number | null;
  @Nullable() @Text(profileDocs.injuries) injuries!: string | null;
  @Nullable() @Text(profileDocs.goals) goals!: string | null;
  @Instant({ description: 'When it was last changed.' }) updated_at!: Date;
  @Int({ description: 'Counts changes. It is the `ETag`.', example: 3 }) version!: number;
}

export const PersonNotFound = problem('person_not_found', 404, 'The coach does not know this person. Begin with POST /users.');
export const ProfileNotFound = problem('profile_not_found', 404, 'Profile not found.');
export const ChangedMeanwhile = problem('changed_meanwhile', 409, 'It has changed since it was read. Read it again.');

const scope = 'coach:use';

export const personMembers = {
  beginCoaching: operation('Begin with the coach', {
    description: 'Creates the person of the credential, or returns them: 201 the first time, 200 later. What is known is not changed.',
    input: BeginCoaching,
    output: BegunPerson,
    scope,
  }),
  getOwnPerson: operation('Read yourself', { input: Empty, output: Person, problems: [PersonNotFound], scope }),
  updateOwnPerson: operation('Change yourself', {
    description: 'With `If-Match`, only if nothing has changed since.',
    input: UpdatePerson,
    output: Person,
    problems: [PersonNotFound, ChangedMeanwhile],
    scope,
  }),
  getPerson: operation('Read a person', {
    description: 'Only yourself.',
    input: PersonRef,
    output: Person,
    problems: [PersonNotFound],
    scope,
  }),
  getProfile: operation('Read a profile', {
    description: 'Only your own.',
    input: ProfileRef,
    output: Profile,
    problems: [ProfileNotFound],
    scope,
  }),
  updateProfile: operation('Change a profile', {
    description: 'What is left out stays. Each change is recorded in the audit log, without its values.',
    input: WriteProfile,
    output: Profile,
    problems: [ProfileNotFound, ChangedMeanwhile],
    scope,
  }),
  replaceProfile: operation('Replace a profile', {
    description: 'What is left out is removed. Each change is recorded in the audit log, without its values.',
    input: WriteProfile,
    output: Profile,
    problems: [ProfileNotFound, ChangedMeanwhile],
    scope,
  }),
};
