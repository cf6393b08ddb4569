// Reports of test runs in the format of JUnit.

/** The test suites of both as one report. The figures of the whole are those of the first one. */
export function mergeReports(first: string, second: string): string {
  const suites = /<testsuites[^>]*>(.*)<\/testsuites>/s.exec(second)?.[1];
  if (suites === undefined) throw new Error("A report has no test suites");
  const end = first.lastIndexOf("</testsuites>");
  if (end < 0) throw new Error("A report has no test suites");
  return first.slice(0, end) + suites.trimStart() + first.slice(end);
}
