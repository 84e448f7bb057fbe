using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;
using Xunit;

namespace GlobalGateway.Config.BadBundles;

/// <summary>
/// Two regions of two edges, under the load of two tenants; the canary bakes for longer than any of these tests needs. Each edge dies on the
/// first request under a bundle with the label <see cref="Deadly"/>.
/// </summary>
public sealed class BadBundleFleet : FleetFixture, IAsyncLifetime
{
    public const string MostKey = "gg-most-of-many";
    public const string OneOfManyKey = "gg-one-of-many";

    public static readonly IReadOnlyList<string> Edges = ["us-east", "us-east-2", "eu-west", "eu-west-2"];

    /// <summary>What a resource of a deadly bundle has as its label <c>failpoint</c>.</summary>
    public const string Deadly = "dies-on-first-request";

    private const string EditedFile = "edited-by-test.yaml";
    private static readonly string[] Regions = ["us-east", "eu-west"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await Task.WhenAll(Edges.Select(ArmAsync));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Fleet.AdminToken);
        await Eventually.HoldsAsync(async () => (await ServingAsync(Edges)).Distinct().Count() == 1 && !(await RolloutAsync()).IsOpen);
        await Eventually.HoldsAsync(async () => (await ShownAsync()).Count(edge => edge is { Connected: true, State: "ack" }) == Edges.Count);
        await using var door = new StoreDoor(Fleet);
        First = await door.PointersAsync();

        // The rules of the revision before are what a change is rolled out by: this one gets to every edge at once, the next ones bake.
        SavePolicy("60s");
        await Eventually.HoldsAsync(async () => await RolloutAsync() is { Number: > 1, Status: "completed" });
    }

    /// <summary>The pointers that the fleet began with, by cohort; every edge has been told a newer one since.</summary>
    internal IReadOnlyDictionary<string, Contracts.Bundles.SignedDocument> First { get; private set; } = new Dictionary<string, Contracts.Bundles.SignedDocument>();

    /// <summary>What the fleet begins with, and returns to after each test.</summary>
    public void SaveGood() => Save(Tenants("\"*\"", "\"*\""));

    public void Save(string resources) => File.WriteAllText(Path.Combine(ConfigDirectory, EditedFile), resources);

    /// <summary>Two tenants with the models each may use.</summary>
    public static string Tenants(string most, string oneOfMany) => $$"""
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: most }
        spec:
          tier: P0
          models: [{{most}}]
          keys:
            - { name: only, sha256: {{Sha256(MostKey)}} }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: one-of-many }
        spec:
          models: [{{oneOfMany}}]
          keys:
            - { name: only, sha256: {{Sha256(OneOfManyKey)}} }
        """;

    public async Task<NewestRollout> RolloutAsync()
    {
        using var page = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, "/api/v1/rollouts?limit=1")));
        var rollout = page.RootElement.GetProperty("rollouts")[0];
        return new NewestRollout(
            rollout.GetProperty("number").GetInt64(), rollout.GetProperty("status").GetString()!, rollout.GetProperty("revision").GetString()!, rollout.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }

    /// <summary>Whether the control plane answers.</summary>
    public async Task<bool> IsUpAsync()
    {
        try
        {
            using var ready = await _http.GetAsync(new Uri(Fleet.ControlPlaneAddress, "/health/ready"));
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<string> SourceStateAsync()
    {
        using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, "/api/v1/status")));
        return status.RootElement.GetProperty("source").GetProperty("state").GetString()!;
    }

    /// <summary>What the newest commit would decide otherwise, in one line.</summary>
    public async Task<string?> DecisionsAsync()
    {
        using var record = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, "/api/v1/source")));
        return record.RootElement.TryGetProperty("decisions", out var decisions) ? decisions.GetString() : null;
    }

    /// <summary>What each edge itself says it serves; a dead one says nothing.</summary>
    public async Task<IReadOnlyList<string>> ServingAsync(IEnumerable<string> edges)
    {
        var served = new List<string>();
        foreach (var edge in edges)
        {
            try
            {
                using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Fleet.Process(edge).Plan.Ports[1]}/status")));
                served.Add(status.RootElement.GetProperty("revision").GetString() ?? "none");
            }
            catch (HttpRequestException)
            {
                served.Add("dead");
            }
        }

        return served;
    }

    /// <summary>The edges as the API shows them.</summary>
    public async Task<IReadOnlyList<ShownEdge>> ShownAsync()
    {
        using var page = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, "/api/v1/edges")));
        return [.. page.RootElement.GetProperty("edges").EnumerateArray().Select(edge => new ShownEdge(
            Edges.Single(name => Fleet.Process(name).Plan is var plan && plan.Region == edge.GetProperty("region").GetString() && plan.Member == edge.GetProperty("name").GetString()),
            edge.GetProperty("connected").GetBoolean(),
            edge.GetProperty("state").GetString()!,
            edge.TryGetProperty("revision", out var revision) ? revision.GetString() : null,
            edge.GetProperty("sequence").GetInt64(),
            edge.TryGetProperty("reason", out var reason) ? reason.GetString() : null))];
    }

    /// <summary>Whether every edge is connected and acknowledges this revision, as the API shows them.</summary>
    public async Task<bool> IsServedEverywhereAsync(string revision) =>
        (await ShownAsync()).Count(edge => edge is { Connected: true, State: "ack" } && edge.Revision == revision) == Edges.Count;

    /// <summary>What an edge itself says of its configuration that it does not serve; absent while all is well.</summary>
    public async Task<string?> TroubleAsync(string edge)
    {
        using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Fleet.Process(edge).Plan.Ports[1]}/status")));
        return status.RootElement.GetProperty("degraded").EnumerateArray().Where(part => part.GetProperty("name").GetString() == "control-plane").Select(part => part.GetProperty("why").GetString()).FirstOrDefault();
    }

    protected override FleetOptions Configure(FleetOptions options)
    {
        SavePolicy("0s");
        SaveGood();
        return options with { Regions = Regions, EdgesPerRegion = 2, Servers = FleetServers.Etcd };
    }

    private void SavePolicy(string bake) => File.WriteAllText(Path.Combine(ConfigDirectory, "policies.yaml"), $$"""
        apiVersion: globalgateway.dev/v1
        kind: RolloutPolicy
        metadata: { name: default }
        spec:
          stages:
            - { canary: us-east, bake: {{bake}} }
            - { region: us-east, bake: {{bake}} }
            - { region: eu-west, bake: {{bake}} }
        """);

    private async Task ArmAsync(string edge)
    {
        var file = Fleet.Process(edge).Plan.Settings!.Path;
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        settings["edge"]!["dieOnMark"] = Deadly;
        await File.WriteAllTextAsync(file, settings.ToJsonString());
        await Fleet.RestartAsync(edge);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        _http.Dispose();
    }

    private static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <param name="Status">As the API says it.</param>
public sealed record NewestRollout(long Number, string Status, string Revision, string? Reason)
{
    public bool IsOpen => Status is "running" or "paused";
}
