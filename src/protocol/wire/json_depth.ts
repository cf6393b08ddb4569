// How deep a JSON text is nested, found before it is parsed. Nearly all messages have fewer brackets altogether than may
// be nested: these are only searched for, which costs next to nothing.

/** Whether objects and arrays are more than `depth` within each other; brackets in strings do not count. */
export function isNestedDeeper(text: string, depth: number): boolean {
  return hasMoreThan(text, depth) && depthOf(text, depth) > depth;
}

function hasMoreThan(text: string, count: number): boolean {
  const braces = countUpTo(text, "{", count + 1);
  return braces + countUpTo(text, "[", count + 1 - braces) > count;
}

function countUpTo(text: string, bracket: string, limit: number): number {
  let found = 0;
  for (let at = text.indexOf(bracket); at >= 0 && found < limit; at = text.indexOf(bracket, at + 1)) found++;
  return found;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Stops at the first level beyond `limit`. */
function depthOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < text.length && deepest <= limit; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return deepest;
}
