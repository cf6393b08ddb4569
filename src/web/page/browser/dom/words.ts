// Numbers with their nouns.

const NUMBER = new Intl.NumberFormat("en-US");

export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** "1 seat", "12 seats". */
export function countText(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`;
}
