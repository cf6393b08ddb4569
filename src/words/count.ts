// Numbers with their nouns.

/** "1 seat", "3 seats". @param many for other plurals, or for a verb as well: `count(n, "line was", "lines were")`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
