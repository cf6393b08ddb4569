// Braces in an argv template that are valid and can hardly mean what they say: a template or a variable of another
// program, read as literal braces or as a place for an argument. For warnings: any text may be meant.

export interface SuspiciousBraces {
  /** Index of the argv item. */
  readonly item: number;
  /** Read after the item's name. */
  readonly reason: string;
}

/** @param hasRules whether the places are declared, so that a name cannot be a place by mistake */
export function suspiciousBraces(argv: readonly string[], hasRules: boolean): SuspiciousBraces[] {
  const [program = ""] = argv;
  const name = program.slice(program.lastIndexOf("/") + 1);
  return argv.flatMap((text, item) => {
    if (item === 0) return [];
    const reason = swallowedTemplate(text) ?? mistakenPlace(text, name, hasRules);
    return reason === undefined ? [] : [{ item, reason }];
  });
}

/** Of Go, as `docker --format` and `kubectl -o` take it: a field, or a function of one. Not a block of awk's. */
const GO_TEMPLATE = /\{\{-?\s*(?:\.(?!\d)[^{}]*|[a-z]\w*\s+(?:"[^"]*"\s+)?\.[^{}]*|(?:end|else)\s*-?)\}\}/;

function swallowedTemplate(text: string): string | undefined {
  const found = GO_TEMPLATE.exec(text)?.[0];
  // Braces that are doubled again are meant.
  if (found === undefined || text.includes(`{${found}`)) return undefined;
  const single = found.slice(1, -1);
  return `passes ${found} on as ${single}, because {{ and }} are literal braces; ` +
    `write {{${found}}} to pass on ${found}`;
}

/** What other programs write before a brace: shells, printf of curl and ps, Ruby and tmux, revisions of git. */
const SIGILS_WITHOUT_RULES = /[$%#^]$/;
/** Revisions of git, beside which `user@{host}` is a place like any other. */
const REVISION = /(?:^|\b(?:stash|HEAD))@$/;
/** Statements that are a whole block of awk's. */
const AWK_BLOCKS: readonly string[] = ["{print}", "{next}", "{exit}"];

function mistakenPlace(text: string, program: string, hasRules: boolean): string | undefined {
  for (const { 0: part, index } of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    const before = text.slice(0, index);
    const isPlace = part.startsWith("{") && part !== "{{";
    if (isPlace && isMistaken(before, part, program, hasRules)) {
      const sigil = before.slice(-1);
      const shown = AWK_BLOCKS.includes(part) ? "" : sigil;
      return `treats ${part} as a placeholder, so the command needs an argument for it; write ${shown}{${part}} ` +
        `to pass on ${shown}${part}${shown === "$" ? ", but no shell replaces it" : ""}`;
    }
  }
  return undefined;
}

function isMistaken(before: string, place: string, program: string, hasRules: boolean): boolean {
  // Even with a declared name, the argument would come after a dollar sign.
  if (hasRules) return before.endsWith("$");
  if (SIGILS_WITHOUT_RULES.test(before)) return true;
  if (before.endsWith("@") && (program === "git" || REVISION.test(before))) return true;
  return /awk$/.test(program) && AWK_BLOCKS.includes(place);
}
