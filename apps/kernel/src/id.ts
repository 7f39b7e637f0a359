import { v7 } from 'uuid';

/** Creates an id such as `doc_0199c0de…` (UUIDv7). Ids created by one process sort by time of creation. */
export const newId = (kind: 'act' | 'conf' | 'doc' | 'log' | 'msg'): string => `${kind}_${v7().replaceAll('-', '')}`;
