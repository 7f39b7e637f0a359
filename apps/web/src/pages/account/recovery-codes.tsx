import { m } from '../../messages/index.js';
import { CopyText } from '../../ui/code.js';
import { Notice } from '../../ui/notice.js';

/** New recovery codes, shown once. */
export const RecoveryCodes = ({ codes }: { codes: string[] }) => (
  <>
    <Notice>{m.security.codesLead}</Notice>
    <CopyText label={m.security.codes} text={codes.join('\n')} />
  </>
);
