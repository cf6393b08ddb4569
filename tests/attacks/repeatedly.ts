const AT_ONCE = 50;

/** Does something so many times, some of them at once. */
export async function repeatedly(count: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  const actor = async () => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actor));
}
