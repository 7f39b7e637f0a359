import type { JsonObject } from '../json.js';

export interface Example {
  type: string;
  props: JsonObject;
  /** Covers the page, so a gallery shows it on request. */
  modal?: boolean;
}

export const node = (type: string, props: JsonObject = {}): Example => ({ type, props });
export const call = (name: string, params: JsonObject = {}): JsonObject => ({ action: 'call', function: name, params });

export const PICTURE =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"%3E%3Crect width="320" height="180" fill="%23c7d2fe"/%3E%3Ccircle cx="230" cy="60" r="28" fill="%23fde68a"/%3E%3Cpath d="M0 180 90 80l60 60 40-36 130 76z" fill="%234f46e5"/%3E%3C/svg%3E';
