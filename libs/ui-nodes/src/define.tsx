import { useMemo, type ReactNode } from 'react';
import { readProps, type Fields, type PropsOf } from './fields.js';
import type { NodeDefinition } from './host.js';
import type { JsonObject } from './json.js';

/** Declares a type of node. `fields` says its props once: for the compiler, and for reading what apps send. `Show` may use hooks. */
export function defineNode<const T extends string, F extends Fields>(
  type: T,
  fields: F,
  Show: (props: PropsOf<F>) => ReactNode,
): NodeDefinition<T, F> {
  function Component({ props }: { props: JsonObject }): ReactNode {
    const read = useMemo(() => readProps(fields, props), [props]);
    return <Show {...read} />;
  }
  Component.displayName = type;
  return { type, fields, Component };
}
