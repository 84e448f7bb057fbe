import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface RegionArgs {
  fleet: string;
  /** The name that certificates, resources and metrics carry. */
  region: string;
  /** How many edges serve; at least 2, so that one can be replaced while the other serves. */
  edges: number;
  /** The edge's image, pinned by digest. */
  image: string;
  /** https://host:port of control planes, own region first. */
  controlPlanes: string[];
  /** Hosts that provider keys may be sent to; a commit cannot widen this. */
  credentialHosts: string[];
  /** A Secret with the provider keys, each under its GG_SECRET_… name. */
  providerSecret: string;
  /** The start of the names of Secrets with tls.pem, tls.key and ca.pem: edge-1 has NAME-1, and so on. */
  certificateSecret: string;
  /** A ConfigMap with KEYID.pem: who may sign bundles. */
  trustConfigMap: string;
  /** A Secret with response-ids.key, the same in all regions: what one edge stored, every other finds. */
  responseIdSecret: string;
}

const PUBLIC_PORT = 8080;
const MANAGEMENT_PORT = 9090;
/** Readiness fails first, then streams may end: the edge's own 5 s + 60 s, and a little. */
const GRACE_SECONDS = 75;

/** Everything one region of the fleet runs: edges that outlive a node, spread over zones, reachable at one address. */
export class Region extends pulumi.ComponentResource {
  readonly service: k8s.core.v1.Service;
  readonly edges: k8s.apps.v1.StatefulSet[];

  constructor(name: string, args: RegionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("globalgateway:index:Region", name, {}, opts);
    if (args.edges < 2) {
      throw new Error(`${name}: edges is ${args.edges}; at least 2 are needed to replace one while serving`);
    }
    if (!/@sha256:[0-9a-f]{64}$/.test(args.image)) {
      throw new Error(`${name}: image "${args.image}" is not pinned by digest (…@sha256:…)`);
    }
    const labels = { "app.kubernetes.io/name": "globalgateway-edge", "globalgateway.dev/region": args.region };
    const child = { parent: this };

    const namespace = new k8s.core.v1.Namespace(`${name}-ns`, { metadata: { name: `globalgateway-${args.region}` } }, child);
    const metadata = { namespace: namespace.metadata.name, labels };

    this.service = new k8s.core.v1.Service(`${name}-edges`, {
      metadata,
      spec: { type: "LoadBalancer", selector: labels, externalTrafficPolicy: "Local", ports: [{ name: "http", port: 80, targetPort: PUBLIC_PORT }] },
    }, child);

    // One set per edge: each has a name, a certificate and a disk of its own, and can be moved alone.
    this.edges = Array.from({ length: args.edges }, (_, index) => this.edge(name, `edge-${index + 1}`, index + 1, args, metadata, labels));

    new k8s.policy.v1.PodDisruptionBudget(`${name}-pdb`, {
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    }, child);

    this.registerOutputs({ service: this.service.metadata.name });
  }

  private edge(
    name: string, edge: string, number: number, args: RegionArgs, metadata: k8s.types.input.meta.v1.ObjectMeta, regionLabels: Record<string, string>,
  ): k8s.apps.v1.StatefulSet {
    const child = { parent: this };
    const labels = { ...regionLabels, "globalgateway.dev/edge": edge };
    const settings = new k8s.core.v1.ConfigMap(`${name}-${edge}-settings`, {
      metadata,
      data: { "edge.json": JSON.stringify(edgeSettings(args, edge), null, 2) },
    }, child);
    return new k8s.apps.v1.StatefulSet(`${name}-${edge}`, {
      metadata,
      spec: {
        replicas: 1,
        serviceName: this.service.metadata.name,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": `${MANAGEMENT_PORT}` } },
          spec: {
            terminationGracePeriodSeconds: GRACE_SECONDS,
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: "RuntimeDefault" } },
            topologySpreadConstraints: [{
              maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: regionLabels },
            }],
            containers: [{
              name: "edge",
              image: args.image,
              args: ["--config", "/etc/globalgateway/edge.json"],
              envFrom: [{ secretRef: { name: args.providerSecret } }],
              ports: [{ name: "http", containerPort: PUBLIC_PORT }, { name: "management", containerPort: MANAGEMENT_PORT }],
              readinessProbe: { httpGet: { path: "/health/ready", port: PUBLIC_PORT }, periodSeconds: 2, failureThreshold: 1 },
              livenessProbe: { httpGet: { path: "/health/live", port: PUBLIC_PORT }, periodSeconds: 10, failureThreshold: 6 },
              resources: { requests: { cpu: "1", memory: "512Mi" }, limits: { memory: "1Gi" } },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
              volumeMounts: [
                { name: "data", mountPath: "/var/lib/globalgateway" },
                { name: "settings", mountPath: "/etc/globalgateway" },
                { name: "tls", mountPath: "/etc/globalgateway-tls", readOnly: true },
                { name: "trust", mountPath: "/etc/globalgateway-trust", readOnly: true },
                { name: "response-ids", mountPath: "/etc/globalgateway-ids", readOnly: true },
              ],
            }],
            volumes: [
              { name: "settings", configMap: { name: settings.metadata.name } },
              { name: "tls", secret: { secretName: `${args.certificateSecret}-${number}` } },
              { name: "trust", configMap: { name: args.trustConfigMap } },
              { name: "response-ids", secret: { secretName: args.responseIdSecret } },
            ],
          },
        },
        // The last good bundles: an edge starts from them when no control plane answers.
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }],
      },
    }, child);
  }
}

/** The local file of one edge. */
export function edgeSettings(args: RegionArgs, edge: string): object {
  return {
    edge: {
      fleet: args.fleet,
      region: args.region,
      name: edge,
      dataDirectory: "/var/lib/globalgateway",
      publicListen: [`http://0.0.0.0:${PUBLIC_PORT}`],
      managementListen: `http://0.0.0.0:${MANAGEMENT_PORT}`,
      controlPlanes: args.controlPlanes,
      certificate: "/etc/globalgateway-tls/tls.pem",
      certificateKey: "/etc/globalgateway-tls/tls.key",
      fleetCa: "/etc/globalgateway-tls/ca.pem",
      trustKeys: "/etc/globalgateway-trust",
      responseIdKeyFile: "/etc/globalgateway-ids/response-ids.key",
      credentialHosts: args.credentialHosts,
      edgesMax: args.edges,
      drainDelay: "5s",
      drainTimeout: "60s",
    },
  };
}
