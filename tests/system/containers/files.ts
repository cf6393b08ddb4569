// The files of examples/containers, parsed.

import { parse as parseYaml, parseAllDocuments } from "yaml";
import { DockerfileParser, type Instruction, type JSONInstruction } from "dockerfile-ast";
import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";

const FOLDER = join(PROJECT, "examples", "containers");

export function pathOf(name: string): string {
  return join(FOLDER, name);
}

export function textOf(name: string): string {
  return Deno.readTextFileSync(pathOf(name));
}

/** What the image is made of. */
export interface Image {
  /** The commands of its RUN instructions, for a shell. */
  readonly run: readonly string[];
  /** The files that it copies from the context, and where to. */
  readonly copied: { readonly files: readonly string[]; readonly to: string };
  readonly env: Readonly<Record<string, string>>;
  /** Numbers of the user and the group. */
  readonly user: readonly number[];
  readonly entrypoint: readonly string[];
  readonly healthCheck: readonly string[];
}

export function readImage(): Image {
  const file = DockerfileParser.parse(textOf("Dockerfile"));
  const only = (keyword: string): Instruction => {
    const found = file.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
    if (found.length !== 1) throw new Error(`${found.length} instructions ${keyword}`);
    return found[0]!;
  };
  const words = (instruction: Instruction) => instruction.getArguments().map((word) => word.getValue());
  const json = (instruction: Instruction) =>
    (instruction as JSONInstruction).getJSONStrings().map((word) => JSON.parse(word.getValue()) as string);
  const copy = words(only("COPY"));
  const properties = file.getENVs().flatMap((env) => env.getProperties());
  return {
    run: file.getInstructions().filter((instruction) => instruction.getKeyword() === "RUN")
      .map((instruction) => instruction.getArgumentsContent()!.replaceAll("\\\n", " ")),
    copied: { files: copy.slice(0, -1), to: copy.at(-1)! },
    env: Object.fromEntries(properties.map((property) => [property.getName(), property.getValue()!])),
    user: words(only("USER"))[0]!.split(":").map(Number),
    entrypoint: json(only("ENTRYPOINT")),
    healthCheck: JSON.parse(/CMD\s+(\[.*\])\s*$/.exec(only("HEALTHCHECK").getRawArgumentsContent()!)![1]!),
  };
}

// deno-lint-ignore no-explicit-any -- tests look into files of every shape
export type Yaml = any;

/** With anchors and merge keys resolved, as Docker does. */
export function readCompose(): Yaml {
  return parseYaml(textOf("compose.yaml"), { merge: true });
}

export function readKubernetes(): Yaml[] {
  return parseAllDocuments(textOf("kubernetes.yaml")).map((document) => document.toJS());
}
