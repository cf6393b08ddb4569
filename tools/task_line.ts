// Parses the command line of a task of this project like those of the two programs: after `--help` or a mistake, nothing
// starts.

import { parseFlags } from "../src/cli/shared/parse_flags.ts";
import { renderHelp } from "../src/cli/shared/render_help.ts";
import { integer, optionalInteger } from "../src/config/keys/builders.ts";
import { checkValue, parseSettingText } from "../src/config/reader/check_setting.ts";
import type { FlagSpec, FlagValues } from "../src/config/reader/setting.ts";
import type { IntegerSetting } from "../src/config/reader/setting.ts";

export const TASK_EXIT = Object.freeze({ ok: 0, failed: 1, usage: 2 });

/** A task, for its `--help`, and its flags. */
export interface Task<Flags extends readonly FlagSpec[], Numbers extends readonly IntegerSetting[]> {
  /** The name after `deno task`. */
  readonly name: string;
  readonly summary: string;
  /** Besides --help and those of `numbers`. */
  readonly flags: Flags;
  /** Each has a flag named by its key; the help shows its bounds and its default. */
  readonly numbers: Numbers;
  /** The words after "--" for another program, as the usage shows them; absent: none may follow. */
  readonly hands?: string | undefined;
  readonly example: string;
  /** The meaning of exit code 1. */
  readonly failure: string;
}

export type TaskLine<Flags extends readonly FlagSpec[], Numbers extends readonly IntegerSetting[]> =
  | {
    readonly ok: true;
    readonly flags: FlagValues<Flags>;
    /** By key; `undefined` only without a default. */
    readonly numbers: {
      readonly [Number in Numbers[number] as Number["key"]]: Number extends { readonly default: number }
        ? number
        : number | undefined;
    };
    readonly afterDashes: readonly string[];
  }
  /** Nothing starts: `text` is printed, to stderr unless the code is 0. */
  | { readonly ok: false; readonly code: number; readonly text: string };

export async function readTaskLine<
  const Flags extends readonly FlagSpec[],
  const Numbers extends readonly (IntegerSetting & { readonly key: string })[],
>(task: Task<Flags, Numbers>, words: readonly string[]): Promise<TaskLine<Flags, Numbers>> {
  const specs: readonly FlagSpec[] = [
    ...task.numbers.map((number) => ({ name: number.key, value: "N", help: explain(number) })),
    ...task.flags,
    { name: "help", alias: "h", help: "Print this help and exit." },
  ];
  const parsed = await parseFlags(specs, words);
  if (!parsed.ok) return refuse(task.name, parsed.message);
  const surplus = [...parsed.positionals, ...(task.hands === undefined ? parsed.afterDashes : [])][0];
  if (surplus !== undefined) return refuse(task.name, `Unexpected argument ${JSON.stringify(surplus)}`);
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  if (values.help === true) return { ok: false, code: TASK_EXIT.ok, text: describe(task, specs) };

  const numbers: Record<string, number | undefined> = {};
  for (const setting of task.numbers) {
    const text = values[setting.key];
    const value = text === undefined ? setting.default : parseSettingText(setting, String(text));
    const problem = value === undefined ? undefined : checkValue(setting, value);
    if (problem) return refuse(task.name, `--${setting.key} ${problem.reason}`);
    numbers[setting.key] = value as number | undefined;
  }
  return {
    ok: true,
    flags: values as FlagValues<Flags>,
    numbers: numbers as Extract<TaskLine<Flags, Numbers>, { ok: true }>["numbers"],
    afterDashes: parsed.afterDashes,
  };
}

/** For a task that takes a number of minutes. */
export function minutesNumber(initial: number, help: string) {
  return integer("minutes", "minutes", [initial, 1, 10_080], help);
}

/** For a randomized task; without a seed it draws one. */
export function seedNumber(max: number, help: string) {
  return optionalInteger("seed", "", [0, max], help);
}

/** Prints why nothing starts. @returns the exit code */
export function sayWhyNot({ code, text }: Extract<TaskLine<[], []>, { ok: false }>): number {
  if (code === TASK_EXIT.ok) console.log(text.trimEnd());
  else console.error(text);
  return code;
}

function refuse(name: string, reason: string): { readonly ok: false; code: number; text: string } {
  return { ok: false, code: TASK_EXIT.usage, text: `${reason}\nTry \`deno task ${name} --help\`.` };
}

function explain({ help, unit, min, max, default: initial }: IntegerSetting): string {
  const bounds = `from ${min} to ${max}${unit === "" ? "" : ` ${unit}`}`;
  return `${help} [${bounds}${initial === undefined ? "" : `; default ${initial}`}]`;
}

function describe(
  { name, summary, hands, example, failure }: Task<readonly FlagSpec[], readonly IntegerSetting[]>,
  flags: readonly FlagSpec[],
): string {
  return renderHelp({
    summary,
    usage: [[`deno task ${name} [FLAGS]${hands === undefined ? "" : ` [-- ${hands}]`}`, ""]],
    flags,
    settings: [],
    examples: [[example, ""]],
    exitCodes: [
      [TASK_EXIT.ok, "success"],
      [TASK_EXIT.failed, failure],
      [TASK_EXIT.usage, "a flag is invalid"],
    ],
  });
}
