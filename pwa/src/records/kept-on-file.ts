/** Kinds of forms that show what is on file, to be mended; the others ask anew what they observe on a day. */
export const KEPT_ON_FILE: ReadonlySet<unknown> = new Set(['register', 'health', 'card', 'plan'])
