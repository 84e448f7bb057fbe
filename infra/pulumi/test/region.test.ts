import * as assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

interface Registered {
  type: string;
  name: string;
  inputs: any;
}

const registered: Registered[] = [];
const image = `registry.example/globalgateway-edge@sha256:${"a".repeat(64)}`;
const args = {
  fleet: "production", region: "eu-west", edges: 3, image, controlPlanes: ["https://control-plane.eu-west:7401"],
  credentialHosts: ["api.openai.com"], providerSecret: "provider-keys", certificateSecret: "edge-certificate", trustConfigMap: "bundle-signers", responseIdSecret: "response-ids",
};
let region: typeof import("../src/region");

const of = (type: string): any => registered.find((r) => r.type === type)?.inputs;
const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: (resource) => {
      registered.push({ type: resource.type, name: resource.name, inputs: resource.inputs });
      return { id: `${resource.name}-id`, state: resource.inputs };
    },
    call: (call) => call.inputs,
  }, "globalgateway", "test", false);
  region = await import("../src/region");
  const built = new region.Region("eu-west", args);
  await value(pulumi.all(built.edges.map((edge) => edge.urn)));
  await pulumi.runtime.disconnect();
});

test("edges keep their bundles on a volume of their own", () => {
  const claim = of("kubernetes:apps/v1:StatefulSet").spec.volumeClaimTemplates[0];
  const mounts = of("kubernetes:apps/v1:StatefulSet").spec.template.spec.containers[0].volumeMounts;
  assert.ok(mounts.some((mount: any) => mount.name === claim.metadata.name && mount.mountPath === "/var/lib/globalgateway"));
});

test("the pod outlives the edge's drain", () => {
  assert.ok(of("kubernetes:apps/v1:StatefulSet").spec.template.spec.terminationGracePeriodSeconds > 65);
});

test("every edge has its own name, settings and certificate", () => {
  const names = registered.filter((r) => r.type === "kubernetes:core/v1:ConfigMap").map((r) => JSON.parse(r.inputs.data["edge.json"]).edge.name);
  const secrets = registered.filter((r) => r.type === "kubernetes:apps/v1:StatefulSet")
    .map((r) => r.inputs.spec.template.spec.volumes.find((volume: any) => volume.name === "tls").secret.secretName);
  assert.deepEqual(names, ["edge-1", "edge-2", "edge-3"]);
  assert.deepEqual(secrets, ["edge-certificate-1", "edge-certificate-2", "edge-certificate-3"]);
});

test("at most one edge is taken down on purpose", () => {
  assert.equal(of("kubernetes:policy/v1:PodDisruptionBudget").spec.maxUnavailable, 1);
});

test("only the public port is behind the load balancer", () => {
  assert.deepEqual(of("kubernetes:core/v1:Service").spec.ports.map((port: any) => port.targetPort), [8080]);
});

test("provider keys come from a Secret and are in no setting", () => {
  const container = of("kubernetes:apps/v1:StatefulSet").spec.template.spec.containers[0];
  assert.deepEqual(container.envFrom, [{ secretRef: { name: "provider-keys" } }]);
  assert.equal(container.env, undefined);
});

test("the edge's file names its region, its trust and where keys may go", () => {
  const edge = JSON.parse(of("kubernetes:core/v1:ConfigMap").data["edge.json"]).edge;
  assert.equal(edge.region, "eu-west");
  assert.equal(edge.trustKeys, "/etc/globalgateway-trust");
  assert.deepEqual(edge.credentialHosts, ["api.openai.com"]);
  assert.equal(edge.edgesMax, 3);
});

test("all edges sign ids of responses with one key", () => {
  for (const { inputs } of registered.filter((r) => r.type === "kubernetes:apps/v1:StatefulSet")) {
    const { containers, volumes } = inputs.spec.template.spec;
    assert.equal(volumes.find((volume: any) => volume.name === "response-ids").secret.secretName, "response-ids");
    assert.equal(containers[0].volumeMounts.find((mount: any) => mount.name === "response-ids").mountPath, "/etc/globalgateway-ids");
  }
  assert.equal(JSON.parse(of("kubernetes:core/v1:ConfigMap").data["edge.json"]).edge.responseIdKeyFile, "/etc/globalgateway-ids/response-ids.key");
});

test("an image without a digest is refused", () => {
  assert.throws(() => new region.Region("x", { ...args, image: "globalgateway-edge:latest" }), /not pinned by digest/);
});

test("a single edge is refused", () => {
  assert.throws(() => new region.Region("y", { ...args, edges: 1 }), /at least 2/);
});
