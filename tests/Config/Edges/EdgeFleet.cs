using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;
using Xunit;

namespace GlobalGateway.Config.Edges;

/// <summary>Two regions of two edges, whose rollouts do not bake.</summary>
public sealed class EdgeFleet : FleetFixture, IAsyncLifetime
{
    public const string ControlPlane = FleetPlan.ControlPlaneName;

    /// <summary>A key that every revision holds, and that is to be revoked.</summary>
    public const string LeakedKey = "gg-leaked";

    public static readonly IReadOnlyList<string> Edges = ["us-east", "us-east-2", "eu-west", "eu-west-2"];
    public static readonly string LeakedHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LeakedKey)));

    private static readonly string[] Regions = ["us-east", "eu-west"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private int _edit;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Fleet.AdminToken);
        await SettledAsync();
    }

    /// <summary>Saves a valid change.</summary>
    public void Edit() => File.WriteAllText(Path.Combine(ConfigDirectory, "edited-by-test.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: globalgateway.dev/v1
        kind: Tenant
        metadata: { name: leaky, labels: { edit: "{{_edit++}}" } }
        spec:
          models: ["*"]
          keys:
            - { name: only, sha256: {{LeakedHash}} }
        """));

    public Uri Client(string edge, string path) => new($"http://127.0.0.1:{Fleet.Process(edge).Plan.Ports[0]}{path}");

    public Uri Status(string edge) => new($"http://127.0.0.1:{Fleet.Process(edge).Plan.Ports[1]}/status");

    /// <summary>What the fleet calls the process of an edge that the API shows.</summary>
    public string Name(JsonElement edge) => Edges.Single(
        name => Fleet.Process(name).Plan is var plan && plan.Region == edge.GetProperty("region").GetString() && plan.Member == edge.GetProperty("name").GetString());

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, path)));
        return answer.RootElement.Clone();
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(Fleet.ControlPlaneAddress, path), body);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Ends an edge as a power cut does, takes its disk, and starts it; what its installer placed is there.</summary>
    public async Task RestartWithoutDiskAsync(string edge)
    {
        await Fleet.KillAsync(edge);
        Directory.Delete(Path.Combine(new FleetPaths(Fleet.Options.StateDirectory).Edge(edge), "data"), recursive: true);
        await Fleet.RestartAsync(edge);
    }

    /// <summary>Waits until no rollout is open and every edge, connected, acknowledges the revision that is good.</summary>
    public async Task SettledAsync() => await Eventually.HoldsAsync(async () =>
    {
        try
        {
            var status = await GetAsync("/api/v1/status");
            var rollouts = (await GetAsync("/api/v1/rollouts?limit=1")).GetProperty("rollouts");
            return rollouts.GetArrayLength() == 1 && rollouts[0].GetProperty("status").GetString() is not ("running" or "paused")
                && status.GetProperty("edges").GetArrayLength() == Edges.Count
                && status.GetProperty("edges").EnumerateArray().All(edge => edge.GetProperty("connected").GetBoolean() && edge.GetProperty("state").GetString() == "ack"
                    && edge.GetProperty("revision").GetString() == status.GetProperty("serving").GetProperty("revision").GetString());
        }
        catch (HttpRequestException)
        {
            // The control plane starts.
            return false;
        }
    });

    protected override FleetOptions Configure(FleetOptions options)
    {
        Edit();
        return options with { Regions = Regions, EdgesPerRegion = 2 };
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        _http.Dispose();
    }
}
