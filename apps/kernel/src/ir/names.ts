/** The words that an app may choose, and those that it may not. */

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const NEVER_CALLABLE = /^__|^tool_.*_chat$/;

/** `my-app`; the wider published form `My_App` too, for apps that were made elsewhere. */
export const isAppId = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** An identifier that is not one of the platform's own (`__panel__notes`, `__webhook__…`, `tool_notes_chat`). */
export const isFunctionName = (text: string): boolean => IDENTIFIER.test(text) && !NEVER_CALLABLE.test(text);

export const isIdentifier = (text: string): boolean => IDENTIFIER.test(text);

/** Keys that reach a prototype. Lookups are own-property only; these names are refused as well, so that no reader need wonder. */
export const isUnsafeKey = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';
