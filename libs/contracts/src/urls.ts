import { isURL, MaxLength, MinLength, ValidateBy } from 'class-validator';
import { field, type FieldDocs } from './fields.js';

const isUrl = (value: string, protocols: string[]) => isURL(value, { protocols, require_protocol: true, require_tld: false });
/** Whether a text is a URL that a user may open. */
export const isHttpUrl = (value: string) => isUrl(value, ['http', 'https']);

/** The short form of git: `git@host:path`. */
const SCP_ADDRESS = /^[\w.-]+@[\w.-]+:[\w./~-]+$/;
const isGitUrl = (value: string) => isUrl(value, ['http', 'https', 'ssh']) || SCP_ADDRESS.test(value);

/** No colon, so no scheme; no leading slash, so no other host; no markup, so no element. */
const ICON_NAME = /^(?!\/)[^\s:\\<>"'&\p{Cc}]+$/u;
const ICON_MAX = 200;

/** Completes the sentence "icon must be …". */
export const ICON_RULE = 'an http or https URL, an emoji, or a name such as `link` or `icons/link.svg`';

/** Whether a value is an icon that a client may show (see `ICON_RULE`), or empty: no icon. */
export const isIcon = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= ICON_MAX && (value === '' || ICON_NAME.test(value) || isHttpUrl(value));

interface Bounds extends FieldDocs {
  min?: number;
  max?: number;
}

/** A text that passes `accepts`, without surrounding white space; it may be empty unless `min` forbids it. */
const address =
  (name: string, rule: string, accepts: (value: string) => boolean) =>
  ({ min, max = 2_000, ...docs }: Bounds = {}): PropertyDecorator =>
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
      docs,
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

/** A URL that a user may open: `http:` or `https:`, never `javascript:`, `data:` or `file:`. */
export const HttpUrl = address('isHttpUrl', 'an http or https URL', isHttpUrl);

/** The URL of a git repository. */
export const GitUrl = address('isGitUrl', 'an http, https or ssh URL, or git@host:path', isGitUrl);

const icon = address('isIcon', ICON_RULE, isIcon);
/** The icon that a client shows next to a name. */
export const Icon = () => icon({ max: ICON_MAX });
