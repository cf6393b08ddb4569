// Addresses in messages.

/** The text without what is before its last @, which may be a password: `…@host`. */
export function withoutUser(text: string): string {
  return text.replace(/^.+@/s, "…@");
}
