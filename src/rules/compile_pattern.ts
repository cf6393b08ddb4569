// Compiles a configured pattern with RE2: the texts to match are untrusted, and RE2's time is proportional to the length of
// the text and the size of the pattern, while JavaScript's own engine can be made to run for years.

export type CompiledPattern =
  | {
    readonly ok: true;
    /** In instructions; in the worst case, each is executed for each character of a text. */
    readonly size: number;
    readonly matchesWhole: (text: string) => boolean;
  }
  | { readonly ok: false; readonly reason: string };

/** `(?=`, `(?!`, `(?<=`, `(?<!`, `(?>` and `\1`, which RE2 does not support because its time would not be linear. */
const UNSUPPORTED = /^(?:\(\?<?[=!]|\(\?>|\\[1-9]|\\k)/;

/**
 * Up to this many steps, a text is matched with RE2's automaton, which caches its states and is fast for texts like earlier
 * ones. Without cache hits, a step costs it ten times as much as the engine without a cache, which is used beyond this.
 */
const MAX_AUTOMATON_STEPS = 20_000;

/** Loads the engine on the first call, which takes some 15 ms that a configuration without patterns does not need. */
export async function compilePattern(source: string): Promise<CompiledPattern> {
  const { RE2JS, RE2JSSyntaxException } = await import("re2js");
  try {
    const pattern = RE2JS.compile(source);
    const size = pattern.programSize();
    return {
      ok: true,
      size,
      matchesWhole: (text) =>
        size * text.length <= MAX_AUTOMATON_STEPS ? pattern.testExact(text) : pattern.matcher(text).matches(),
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const fragment = error.getPattern() ?? "";
    const reason = UNSUPPORTED.test(fragment)
      ? `${fragment} is not supported: look-around and back-references could stall the process`
      : `${error.getDescription()}: ${fragment}`;
    return { ok: false, reason };
  }
}
