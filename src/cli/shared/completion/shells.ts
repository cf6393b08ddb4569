// The shells for which there are completions, and how each loads them.

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

export function isShell(word: string): word is Shell {
  return (SHELLS as readonly string[]).includes(word);
}

/** For bash and zsh. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The first lines of a script: what it is, and where it came from. */
export function headLines(program: string, shell: Shell, load: string): string[] {
  return [
    `# Completions of ${program} for ${shell}, printed by "${program} completion ${shell}".`,
    `# ${load}`,
  ];
}
