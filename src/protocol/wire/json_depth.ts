// How deep a JSON text is nested, and how many parts it has, found before it is parsed. Nearly all messages have fewer
// brackets altogether than may be nested: these are only searched for, which costs next to nothing.

/** Whether objects and arrays are more than `depth` within each other; brackets in strings do not count. */
export function isNestedDeeper(text: string, depth: number): boolean {
  return hasMoreThan(text, "{[", depth) && depthOf(text, depth) > depth;
}

/**
 * Whether the text has more than `limit` objects, arrays and members. To the parser, one of them is as much work as thirty
 * numbers of a list.
 */
export function hasMoreParts(text: string, limit: number): boolean {
  // Each has two characters of its own.
  return text.length > 2 * limit && hasMoreThan(text, "{[:", limit) && partsOf(text, limit) > limit;
}

function hasMoreThan(text: string, characters: string, count: number): boolean {
  let found = 0;
  for (const character of characters) found += countUpTo(text, character, count + 1 - found);
  return found > count;
}

function countUpTo(text: string, character: string, limit: number): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found < limit; at = text.indexOf(character, at + 1)) {
    found++;
  }
  return found;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Stops at the first level beyond `limit`. */
function depthOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length && deepest <= limit; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return deepest;
}

/** Stops at the first part beyond `limit`. */
function partsOf(text: string, limit: number): number {
  let parts = 0;
  for (let i = 0; i < text.length && parts <= limit; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === COLON || code === OPEN_BRACKET || code === OPEN_BRACE) parts++;
  }
  return parts;
}

/** The index of the quote that ends a string; at least the length of the text when there is none. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) break;
    i += code === BACKSLASH ? 2 : 1;
  }
  return i;
}
