import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Region } from "./region";

interface RegionConfig {
  name: string;
  context: string;
  edges: number;
}

const config = new pulumi.Config("globalgateway");
const fleet = config.require("fleet");
const image = config.require("image");
const regions = config.requireObject<RegionConfig[]>("regions");

/** Per region, the address that geo-DNS answers. */
export const services = Object.fromEntries(regions.map(({ name, context, edges }) => {
  const provider = new k8s.Provider(`${name}-cluster`, { context });
  // A control plane of another region is better than none.
  const controlPlanes = [name, ...regions.map((r) => r.name).filter((r) => r !== name)].map((r) => `https://control-plane.${r}.${fleet}.internal:7401`);
  const region = new Region(name, {
    fleet,
    region: name,
    edges,
    image,
    controlPlanes,
    credentialHosts: config.requireObject<string[]>("credentialHosts"),
    providerSecret: "provider-keys",
    certificateSecret: "edge-certificate",
    trustConfigMap: "bundle-signers",
    responseIdSecret: "response-ids",
  }, { provider });
  return [name, region.service.status.loadBalancer];
}));
