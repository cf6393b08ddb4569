// What a command line flag is. Parsing, `--help` and the configuration read the same list.

export interface FlagSpec {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, used with one dash. */
  readonly alias?: string;
  /** What stands for the value in the help, such as "PORT"; absent: the flag takes none. */
  readonly value?: string;
  /** One sentence. */
  readonly help: string;
  /** The dotted key of the configuration that it overrides. */
  readonly sets?: string;
}

/** The values of parsed flags by name: a text, or whether an on/off flag is there. */
export type FlagValues<Specs extends readonly FlagSpec[]> = {
  readonly [Spec in Specs[number] as Spec["name"]]: Spec extends { readonly value: string }
    ? string | undefined
    : boolean;
};
