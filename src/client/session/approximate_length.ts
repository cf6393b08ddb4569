// About how much memory a value takes that came as JSON: for queues bounded by the size of what they hold. Pure.

/** The least that a number, a key or an object takes, in UTF-16 code units. */
const PER_VALUE = 16;

/** In UTF-16 code units: the strings, and a fixed amount for each value. Without recursion, however deep it is nested. */
export function approximateLength(value: unknown): number {
  let length = 0;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    length += PER_VALUE;
    if (typeof next === "string") length += next.length;
    // Not spread into push: an array may have more items than a call takes arguments.
    else if (typeof next === "object" && next !== null) {
      for (const item of Object.values(next)) left.push(item);
    }
  }
  return length;
}
