// How a value of a configuration is shown in a message.

/** Longest piece of a refused text that a message repeats. */
const SHOWN_LENGTH = 60;

/** How a value stands in a message: short, on one line, and without anything a terminal would obey. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}...` : value;
    return JSON.stringify(cut).replace(
      /[\x7f-\x9f\u2028\u2029\ufeff\p{Bidi_Control}]|\p{Surrogate}/gu,
      escapeCharacter,
    );
  }
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "object" && value !== null) return "a table";
  return String(value);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
