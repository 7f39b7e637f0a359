import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem, TooLarge } from '../problem.js';
import { ReturnNotAllowed, StateInvalid } from '../connections/account.js';
import { HealthNotConnected } from '../connections/health.js';
import { ROUTE_SPORTS, RouteDraft, RouteGone, RouteNotFound, type RouteSport } from './route.js';

/** How the sending of a course goes. */
export const SEND_STATUSES = ['awaiting_auth', 'sending', 'sent', 'permission_missing', 'failed'] as const;
export type SendStatus = (typeof SEND_STATUSES)[number];

const docs = {
  send_id: {
    description: 'Id of the sending. It is of use only with the cookie of the browser that started it.',
    example: 'Jd5uF1n2LxZ7awq8YkT0v3',
  },
  route_id: { description: 'Id of a saved route.', example: 'q8YkT0v3Jd5uF1n2LxZ7aw' },
  activity_type: { description: 'Sport of the course; that of the route, if left out.', example: 'run' },
  name: { description: 'Name of the course; that of the route, if left out.', example: 'Harbour loop' },
  status: {
    description:
      '`permission_missing`: the person has not allowed Garmin to take courses. `failed`: see `error`; the sending may be repeated if `retryable`.',
    example: 'sent',
  },
  course_id: { description: 'Id of the course at Garmin.', example: '700001' },
  course_url: { description: 'The course at Garmin Connect.', example: 'https://connect.garmin.com/modern/course/700001' },
  browser: { description: 'Secret of the browser, which the gateway takes from a cookie.', example: 'x7Kf' },
} satisfies Record<string, FieldDocs>;

const Browser = () => Text({ max: 64, ...docs.browser });

@Shape('A route to send to Garmin, by someone without an account.')
export class StartCourseSend {
  @Optional() @Text({ max: 200, ...docs.route_id }) route_id?: string;
  @Optional() @Nested(() => RouteDraft, { description: 'A route that is not saved, instead of `route_id`.' }) route?: RouteDraft;
  @Optional() @OneOf(ROUTE_SPORTS, docs.activity_type) activity_type?: RouteSport;
  @Optional() @Text({ min: 1, max: 255, ...docs.name }) name?: string;
  @Optional()
  @Text({
    max: 2_000,
    description: 'Where the browser goes afterwards: an address that RETURN_TO_ALLOW allows. Left out: its first https origin.',
    example: 'https://app.example.com/routes',
  })
  return_to?: string;
  @Browser() browser!: string;
}

@Shape('A sending that waits until the person agrees at Garmin.')
export class StartedCourseSend {
  @Text({
    description: 'Address at Garmin, on which the person agrees.',
    example: 'https://connect.garmin.com/oauth2Confirm?client_id=4711',
  })
  authorization_url!: string;
  @Text(docs.send_id) send_id!: string;
  @Instant({ description: 'Until when the person can agree.' }) expires_at!: Date;
}

@Shape('What Garmin tells with the browser of the person.')
export class FinishCourseSend {
  @Text({ max: 200, description: '`state` of the address that the sending started with.', example: 'mVJg0Ck' }) state: string = '';
  @Optional() @Text({ max: 4_000, description: 'The code of Garmin.', example: '4/0AX4' }) code?: string;
  @Optional() @Text({ max: 500, description: 'Why there is no code.', example: 'access_denied' }) error?: string;
  @Browser() browser!: string;
}

@Shape('Where the browser continues.')
export class CourseSendReturn {
  @Optional()
  @Text({
    description: 'Address of the page, with `send_id` and `status`.',
    example: 'https://app.example.com/routes?send_id=Jd5u&status=sending',
  })
  location?: string;
  @Text({ description: 'Heading for the person.', example: 'Your route is on its way' }) title!: string;
  @Text({ description: 'One sentence for the person.', example: 'You can close this page.' }) message!: string;
}

@Shape('Identifies a sending of this browser.')
export class CourseSendRef {
  @Text({ max: 200, ...docs.send_id }) send_id!: string;
  @Browser() browser!: string;
}

@Shape('Why a sending failed.')
export class CourseSendError {
  @Text({
    description:
      'A word for programs: `expired`, `denied`, `not_connected`, `permission_missing`, `busy`, `unavailable`, `refused` or `outcome_unknown`: then the course may have arrived.',
    example: 'busy',
  })
  code!: string;
  @Text({ description: 'A sentence for the person.', example: 'Garmin limits the rate. Send it again in a moment.' }) detail!: string;
}

@Shape('A sending, as its browser sees it.')
export class CourseSend {
  @Text(docs.send_id) send_id!: string;
  @OneOf(SEND_STATUSES, docs.status) status!: SendStatus;
  @Nullable() @Text(docs.course_id) course_id!: string | null;
  @Nullable() @Text(docs.course_url) course_url!: string | null;
  @Nullable() @Nested(() => CourseSendError, { description: 'Why it failed; null if it did not.' }) error!: CourseSendError | null;
  @Bool({ description: 'Whether the sending may be repeated.', example: false }) retryable!: boolean;
  @Nullable() @Instant({ description: 'When Garmin takes it again; a repetition before waits until then.' }) retry_at!: Date | null;
}

@Shape('A route to send to your account at Garmin.')
export class SendCourse {
  @Text({ max: 200, ...docs.route_id }) route_id!: string;
  @Optional() @OneOf(ROUTE_SPORTS, docs.activity_type) activity_type?: RouteSport;
  @Optional() @Text({ min: 1, max: 255, ...docs.name }) name?: string;
}

@Shape('A course that Garmin has.')
export class SentCourse {
  @Text(docs.course_id) course_id!: string;
  @Text(docs.course_url) course_url!: string;
}

export const CourseSendNotFound = problem('course_send_not_found', 404, 'Nothing is known of this sending in this browser.');
export const NotRetryable = problem('not_retryable', 409, 'This sending cannot be repeated.');
export const PermissionMissing = problem(
  'permission_missing',
  412,
  'Garmin has no permission to take courses. Allow it at Garmin, and send again.',
);
export const CourseRefused = problem('course_refused', 422, 'Garmin refused the course.');
export const GarminUnavailable = problem('garmin_unavailable', 502, 'Garmin does not take the course now. Send it again later.', 5);
export const SendUnknown = problem(
  'send_unknown',
  504,
  'Garmin did not answer. The course may have arrived: look at Garmin Connect before you send it again.',
);

export const routeSendMembers = {
  startCourseSend: operation('Start to send a route to Garmin', {
    description: 'For browsers without an account. What is sent is the route as it is now. A cookie ties the sending to the browser.',
    input: StartCourseSend,
    output: StartedCourseSend,
    problems: [RouteNotFound, RouteGone, ReturnNotAllowed, TooLarge, NotConfigured],
    spansCalls: true,
  }),
  finishCourseSend: operation('Send a route to Garmin, after the person has agreed', {
    description: 'Garmin sends the browser here. Without the cookie of the browser that started, nothing is sent.',
    input: FinishCourseSend,
    output: CourseSendReturn,
    problems: [StateInvalid, NotConfigured],
    spansCalls: true,
  }),
  getCourseSend: operation('See how a sending goes', {
    description: 'Only in the browser that started it.',
    input: CourseSendRef,
    output: CourseSend,
    problems: [CourseSendNotFound],
  }),
  retryCourseSend: operation('Repeat a sending that has failed', {
    description: 'Within an hour, if it is `retryable`. Only in the browser that started it.',
    input: CourseSendRef,
    output: CourseSend,
    problems: [CourseSendNotFound, NotRetryable],
  }),
  sendCourse: operation('Send a route to your account at Garmin', {
    description: 'A route that was sent in the last 30 days changes its course at Garmin, unless that was deleted.',
    input: SendCourse,
    output: SentCourse,
    problems: [
      ...[RouteNotFound, RouteGone, TooLarge, HealthNotConnected, PermissionMissing, CourseRefused, GarminUnavailable, SendUnknown],
      NotConfigured,
    ],
    scope: 'coach:use',
    spansCalls: true,
  }),
};
