using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing.Fleets;
using Shouldly;

namespace GlobalGateway.Config.Failpoints;

/// <summary>Two regions of one edge each, whose control plane can be made to end at any write of a rollout.</summary>
internal sealed class FailpointFleet(TimeSpan canaryBake, FleetServers servers = FleetServers.None) : FleetFixture
{
    public const string ControlPlane = FleetPlan.ControlPlaneName;
    public static readonly IReadOnlyList<string> Regions = ["us-east", "eu-west"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private int _edit;
    private string _settings = "";
    private string _store = "";

    /// <summary>The last content saved.</summary>
    public string Label => _edit.ToString(CultureInfo.InvariantCulture);

    /// <summary>Saves a valid change that no gate can have anything against.</summary>
    public void Edit() => Save(++_edit);

    public void Save(int edit)
    {
        _edit = edit;
        File.WriteAllText(Path.Combine(ConfigDirectory, "edited-by-test.yaml"), $$"""
            apiVersion: globalgateway.dev/v1
            kind: Tenant
            metadata: { name: edited, labels: { edit: "{{edit}}" } }
            spec:
              keys:
                - { name: only, sha256: {{edit.ToString("x64", CultureInfo.InvariantCulture)}} }
            """);
    }

    public int Edits => _edit;

    /// <summary>Starts the control plane, which ends at the failpoint when it gets there; absent: it does not.</summary>
    public async Task StartPlaneAsync(string? failpoint)
    {
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(_settings))!;
        var plane = settings["controlPlane"]!.AsObject();
        plane.Remove("failpoint");
        if (failpoint is not null)
        {
            plane["failpoint"] = failpoint;
        }

        await File.WriteAllTextAsync(_settings, settings.ToJsonString());
        await Fleet.RestartAsync(ControlPlane);
    }

    public async Task UntilPlaneEndsAsync(string failpoint)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await Fleet.Process(ControlPlane).WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{failpoint} is not reached");
        }
    }

    public void SaveStore() => CopyStore(_store, _store + ".saved");

    public void RestoreStore() => CopyStore(_store + ".saved", _store);

    public async Task<JsonElement> RolloutAsync()
    {
        using var rollouts = JsonDocument.Parse(await GetAsync("/api/v1/rollouts?limit=1"));
        return rollouts.RootElement.GetProperty("rollouts") is var list && list.GetArrayLength() > 0 ? list[0].Clone() : default;
    }

    /// <returns>Whether it was done; the control plane may end in the middle of it.</returns>
    public async Task<bool> ActAsync(string action)
    {
        try
        {
            var number = (await RolloutAsync()).GetProperty("number").GetInt64();
            using var response = await _http.PostAsJsonAsync(new Uri(Fleet.ControlPlaneAddress, $"/api/v1/rollouts/{number}/{action}"), new { });
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Waits until nothing is on its way, and every edge serves what the control plane calls good.</summary>
    public async Task SettledAsync(string? status = null)
    {
        var seen = "";
        for (var waited = TimeSpan.Zero; waited < Limit; waited += TimeSpan.FromMilliseconds(100))
        {
            seen = await StandingAsync();
            if (seen.StartsWith($"settled {status}", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"the fleet does not come to rest: {seen}");
    }

    public async Task UntilAsync(Func<JsonElement, bool> condition)
    {
        for (var waited = TimeSpan.Zero; waited < Limit; waited += TimeSpan.FromMilliseconds(50))
        {
            try
            {
                if (await RolloutAsync() is { ValueKind: JsonValueKind.Object } rollout && condition(rollout))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It starts.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("the rollout does not get there");
    }

    /// <summary>What an edge itself says it serves.</summary>
    public async Task<(string Revision, long Sequence)> ServedAsync(string region)
    {
        using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.EdgeManagement(region), "/status")));
        return (status.RootElement.GetProperty("revision").GetString()!, status.RootElement.GetProperty("sequence").GetInt64());
    }

    protected override FleetOptions Configure(FleetOptions options)
    {
        var paths = new FleetPaths(options.StateDirectory);
        _settings = Path.Combine(paths.ControlPlane, "control-plane.json");
        _store = Path.Combine(paths.ControlPlane, "store");
        File.WriteAllText(Path.Combine(ConfigDirectory, "policies.yaml"), $$"""
            apiVersion: globalgateway.dev/v1
            kind: RolloutPolicy
            metadata: { name: default }
            spec:
              stages:
                - { canary: us-east, bake: {{canaryBake.TotalSeconds}}s }
                - { region: us-east, bake: 0s }
                - { region: eu-west, bake: 0s }
                - { region: ap-south, bake: 0s }
            """);
        return options with { Regions = Regions, Servers = servers };
    }

    public async Task<FailpointFleet> StartedAsync()
    {
        await StartAsync();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Fleet.AdminToken);
        await SettledAsync();
        return this;
    }

    private async Task<string> StandingAsync()
    {
        try
        {
            using var status = JsonDocument.Parse(await GetAsync("/api/v1/status"));
            var good = status.RootElement.GetProperty("serving").GetProperty("revision").GetString();
            var rollout = await RolloutAsync();
            var state = rollout.ValueKind == JsonValueKind.Object ? rollout.GetProperty("status").GetString() : "none";
            var served = new List<string>();
            foreach (var region in Regions)
            {
                served.Add((await ServedAsync(region)).Revision);
            }

            var source = status.RootElement.GetProperty("source").GetProperty("state").GetString();
            return state is not ("running" or "paused") && served.TrueForAll(revision => revision == good) && source is "valid" or "invalid"
                ? $"settled {state}"
                : $"rollout {state}, good {good}, served {string.Join(' ', served)}, source {source}";
        }
        catch (HttpRequestException problem)
        {
            return problem.Message;
        }
    }

    private Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(Fleet.ControlPlaneAddress, path));

    private static void CopyStore(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
