using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Bench.Load;

namespace GlobalGateway.Bench.Targets;

/// <summary>The resources of the measured edge: one model, one tenant, and a limit of each sort that is never reached.</summary>
internal static class EdgeConfig
{
    /// <param name="budgets">0 to 3 that govern every request: its tenant's, its team's and its key's.</param>
    public static string Text(int upstream, int budgets) => Resources(upstream) + string.Concat(((string[])["", ", team: research", ", key: generator"]).Take(budgets).Select(Budget));

    private static string Budget(string scope, int number) => $$"""

        ---
        apiVersion: globalgateway.dev/v1
        kind: Budget
        metadata: { name: bench-{{number}} }
        spec:
          id: bench-{{number}}
          appliesTo: { tenant: bench{{scope}} }
          limit: { spend: 1000000 USD, tokens: 1000G, requests: 1G }
          period: day
        """;

    private static string Resources(int upstream) => string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: globalgateway.dev/v1
        kind: Region
        metadata: { name: bench }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Provider
        metadata: { name: openai }
        spec:
          format: openai
          endpoints:
            - { name: only, url: "http://127.0.0.1:{{upstream}}/openai/v1" }
          credentials:
            - { name: primary, fromEnv: GG_SECRET_OPENAI }
          bulkhead: { max: 1024, queue: 1024 }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: bench }
        spec:
          strategy: latency
          targets:
            - provider: openai
              model: bench
              prices: { input: 0.15 USD, cachedInput: 0.075 USD, output: 0.60 USD }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: bench }
        spec:
          tier: P0
          models: [bench]
          keys:
            - { name: generator, team: research, sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(GeneratorRequest.Key)))}} }
        ---
        apiVersion: globalgateway.dev/v1
        kind: RateLimit
        metadata: { name: bench }
        spec:
          appliesTo: { tenant: bench }
          requests: { limit: 1M, per: 1s }
          tokens: { limit: 100G, per: 1m }
        """);
}
