import { isObject } from '@skep/contracts';

const BINDING = /\{\{\s*event((?:\.[\p{L}\p{N}_$-]+)*)\s*\}\}/gu;

/**
 * Replaces `{{event.path}}` in the texts of a value. A text that is exactly one binding becomes the value itself, of any type; within a longer text it
 * becomes text. A path that does not exist is ''. Values of the event are not searched for bindings.
 */
export function render(value: unknown, event: unknown): unknown {
  if (typeof value === 'string') return renderText(value, event);
  if (Array.isArray(value)) return value.map((item) => render(item, event));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, render(child, event)]));
}

function renderText(text: string, event: unknown): unknown {
  const [whole] = text.matchAll(BINDING);
  if (whole?.[0] === text) return find(event, whole[1]!);
  return text.replace(BINDING, (_, path: string) => toText(find(event, path)));
}

function find(event: unknown, path: string): unknown {
  let value = event;
  for (const part of path.split('.').slice(1)) {
    const has = Array.isArray(value) ? /^\d+$/.test(part) && Number(part) < value.length : isObject(value) && Object.hasOwn(value, part);
    if (!has) return '';
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
