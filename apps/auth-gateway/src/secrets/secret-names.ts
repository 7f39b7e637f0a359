/** Names whose values are likely to be secret: they are hidden where something is recorded, and refused where secrets do not belong. */
export const SECRET_NAME = /password|passwd|secret|token|credential|authorization|cookie|(api|private)_?key$/i;
