// A configured pattern, compiled once. The texts it will meet are written by strangers, so the engine is RE2, whose
// time grows with the length of the text and the size of the pattern alone; JavaScript's own can be made to run for years.

export type CompiledPattern =
  | {
    readonly ok: true;
    /** In instructions: at worst, each of them is looked at for each character of a text. */
    readonly size: number;
    readonly matchesWhole: (text: string) => boolean;
  }
  | { readonly ok: false; readonly reason: string };

/** `(?=`, `(?!`, `(?<=`, `(?<!`, `(?>` and `\1`: what RE2 leaves out to keep its promise about time. */
const BEYOND_RE2 = /^(?:\(\?<?[=!]|\(\?>|\\[1-9]|\\k)/;

/**
 * Up to so many steps for a text, RE2's automaton decides, which is fast with what it has met before. Where it meets only
 * new things, a step costs it ten times as much as the engine that remembers nothing, which decides beyond this.
 */
const AUTOMATON_STEPS = 20_000;

/** The engine is loaded on the first call: it costs some 15 ms that a configuration without patterns need not pay. */
export async function compilePattern(source: string): Promise<CompiledPattern> {
  const { RE2JS, RE2JSSyntaxException } = await import("re2js");
  try {
    const pattern = RE2JS.compile(source);
    const size = pattern.programSize();
    return {
      ok: true,
      size,
      matchesWhole: (text) =>
        size * text.length <= AUTOMATON_STEPS ? pattern.testExact(text) : pattern.matcher(text).matches(),
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const fragment = error.getPattern() ?? "";
    const reason = BEYOND_RE2.test(fragment)
      ? `${fragment} is not supported: look-around and back-references could stall the process`
      : `${error.getDescription()}: ${fragment}`;
    return { ok: false, reason };
  }
}
