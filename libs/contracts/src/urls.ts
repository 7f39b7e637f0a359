import { isURL, MaxLength, MinLength, ValidateBy } from 'class-validator';
import { field, type FieldDocs } from './fields.js';

const isUrl = (value: string, protocols: string[]) => isURL(value, { protocols, require_protocol: true, require_tld: false });
const isHttpUrl = (value: string) => isUrl(value, ['http', 'https']);

/** As git writes it: `git@host:path`. */
const SCP_ADDRESS = /^[\w.-]+@[\w.-]+:[\w./~-]+$/;
const isGitUrl = (value: string) => isUrl(value, ['http', 'https', 'ssh']) || SCP_ADDRESS.test(value);

/** Without a colon there is no scheme, without a slash in front no other host, without markup no element. */
const ICON_NAME = /^(?!\/)[^\s:\\<>"'&\p{Cc}]+$/u;
const ICON_MAX = 200;

/** In a sentence: "icon must be " and this. */
export const ICON_RULE = 'an http or https URL, an emoji, or a name such as `link` or `icons/link.svg`';

/** Whether a text is an icon that a client may show: see `ICON_RULE`. The empty text is none, and fine. */
export const isIcon = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= ICON_MAX && (value === '' || ICON_NAME.test(value) || isHttpUrl(value));

interface Bounds extends FieldDocs {
  min?: number;
  max?: number;
}

/** A text without surrounding blanks that `accepts` takes; an empty one as well, unless `min` forbids it. */
const address =
  (name: string, rule: string, accepts: (value: string) => boolean) =>
  ({ min, max = 2_000, ...told }: Bounds = {}): PropertyDecorator =>
    field(
      {
        schema: {
          type: 'string',
          ...(min && { minLength: min }),
          maxLength: max,
          description: `${rule[0]!.toUpperCase()}${rule.slice(1)}.`,
        },
        convert: (value) => (typeof value === 'string' ? value.trim() : value),
      },
      told,
      ValidateBy({
        name,
        validator: {
          validate: (value: unknown) => typeof value === 'string' && (value === '' || accepts(value)),
          defaultMessage: (broken) => `${broken?.property} must be ${rule}`,
        },
      }),
      MaxLength(max),
      ...(min ? [MinLength(min)] : []),
    );

/** An address that a person may open: `http:` or `https:`, never `javascript:`, `data:` or `file:`. */
export const HttpUrl = address('isHttpUrl', 'an http or https URL', isHttpUrl);

/** Where sources lie. */
export const GitUrl = address('isGitUrl', 'an http, https or ssh URL, or git@host:path', isGitUrl);

const icon = address('isIcon', ICON_RULE, isIcon);
/** What a client shows beside a name. */
export const Icon = () => icon({ max: ICON_MAX });
