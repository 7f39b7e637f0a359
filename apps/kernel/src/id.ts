import { v7 } from 'uuid';

/** A new id such as `doc_0199c0de…`. Of two made in one process, the later one sorts after the earlier one. */
export const newId = (kind: 'act' | 'doc' | 'msg'): string => `${kind}_${v7().replaceAll('-', '')}`;
