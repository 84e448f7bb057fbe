using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Etcd;
using GlobalGateway.Testing.Fleets;
using Microsoft.Extensions.Logging.Abstractions;

namespace GlobalGateway.Config.Stores;

/// <summary>Two regions of one edge each and two control planes, which share a real etcd that the test may break.</summary>
internal sealed class StoreFleet(TimeSpan canaryBake, int members = 1) : FleetFixture
{
    public static readonly IReadOnlyList<string> Regions = ["us-east", "eu-west"];
    public static readonly IReadOnlyList<string> Planes = [FleetPlan.PlaneProcess(1), FleetPlan.PlaneProcess(2)];

    /// <summary>For whatever the fleet does next, on a machine that does much else.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentDictionary<string, int> _saved = new(StringComparer.Ordinal);
    private EtcdCluster? _etcd;
    private EtcdKeyValueStore? _store;
    private FleetPaths? _paths;

    public EtcdCluster Etcd => _etcd ?? throw new InvalidOperationException("The fleet is not started.");

    /// <summary>The test's own client of the etcd.</summary>
    public IKeyValueStore Store => _store ?? throw new InvalidOperationException("The fleet is not started.");

    public FleetPaths Paths => _paths ?? throw new InvalidOperationException("The fleet is not started.");

    public FleetKeys Keys { get; } = new(FleetOptions.FleetName);

    /// <summary>The content last saved.</summary>
    public int Saved { get; private set; }

    /// <summary>What that content is called.</summary>
    public string Revision { get; private set; } = "";

    /// <summary>Whether the content of that name was ever saved.</summary>
    public bool IsSaved(string revision) => _saved.ContainsKey(revision);

    public static string Other(string plane) => Planes.Single(other => other != plane);

    public async Task<StoreFleet> StartedAsync()
    {
        _etcd = await EtcdCluster.StartAsync(members, secured: false, CancellationToken.None);
        _store = new EtcdKeyValueStore(new EtcdOptions { Endpoints = _etcd.Urls }, TimeProvider.System, NullLogger<EtcdKeyValueStore>.Instance);
        await StartAsync();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Fleet.AdminToken);
        await SettledAsync();
        return this;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _etcd?.Dispose();
    }

    /// <summary>Saves a valid change that no gate can have anything against.</summary>
    public void Edit() => Save(Saved + 1);

    public void Save(int content)
    {
        Saved = content;
        File.WriteAllText(Path.Combine(ConfigDirectory, "edited-by-test.yaml"), $$"""
            apiVersion: globalgateway.dev/v1
            kind: Tenant
            metadata: { name: edited, labels: { edit: "{{content}}" } }
            spec:
              keys:
                - { name: only, sha256: {{content.ToString("x64", CultureInfo.InvariantCulture)}} }
            """);
        Revision = ContentHash.Revision(ContentHash.Of(ResourceLoader.Load(ConfigDirectory).Resources!));
        _saved[Revision] = content;
    }

    /// <summary>Starts a control plane, which ends at the failpoint when it leads and gets there; absent: it does not.</summary>
    public async Task StartPlaneAsync(string plane, string? failpoint = null)
    {
        var file = Paths.PlaneSettings(plane);
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        settings["controlPlane"]!.AsObject()["failpoint"] = failpoint;
        await File.WriteAllTextAsync(file, settings.ToJsonString());
        await Fleet.KillAsync(plane);
        await Fleet.RestartAsync(plane);
    }

    public Task ReadyAsync(string process) => Fleet.WaitReadyAsync(Limit, process);

    public async Task UntilEndedAsync(string plane, string failpoint)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await Fleet.Process(plane).WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{plane} does not get to {failpoint}: {await StandingAsync()}");
        }
    }

    /// <summary>The leader key as the store has it.</summary>
    public async Task<(StoreEntry Entry, LeaderRecord Record)?> LeaderKeyAsync() =>
        (await Store.RangeAsync(StoreQuery.One(Keys.Leader), CancellationToken.None)).Single is { } entry ? (entry, LeaderRecord.Read(entry)!) : null;

    /// <summary>Waits until somebody leads, or until that one does.</summary>
    /// <returns>The leader's process.</returns>
    public async Task<string> LeaderAsync(string? plane = null)
    {
        var leader = "";
        await UntilAsync(async () => await LeaderKeyAsync() is { Record: var record } && (leader = ProcessOf(record)).Length > 0 && (plane ?? leader) == leader, () => $"{plane ?? "nobody"} does not lead, {leader} does");
        return leader;
    }

    public static string ProcessOf(LeaderRecord record) => Planes.Single(plane => plane == FleetPlan.PlaneProcess(record.Plane[^1] - '0'));

    /// <summary>Ends the lease of a leader that is dead, as its ten seconds would.</summary>
    public Task EndLeaseAsync() => EndLeasesAsync(Keys.Leader);

    /// <summary>Ends the leases of what control planes said of their edges, as the fifteen seconds of a dead one would; one that lives says it anew.</summary>
    public Task EndReportsAsync() => EndLeasesAsync(Keys.Reports);

    public async Task<RolloutState> StateAsync() =>
        (await Store.RangeAsync(StoreQuery.One(Keys.Rollout), CancellationToken.None)).Single is { } entry ? RolloutState.FromJson(entry.Value) : new RolloutState();

    /// <returns>Whether it was done; the control plane may end in the middle of it.</returns>
    public async Task<bool> ActAsync(string plane, string action)
    {
        try
        {
            var number = (await StateAsync()).Current!.Number;
            using var response = await _http.PostAsJsonAsync(new Uri(Fleet.PlaneAddress(plane), $"/api/v1/rollouts/{number}/{action}"), new { });
            return response.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async Task<HttpResponseMessage> PostAsync(string plane, string path) => await _http.PostAsJsonAsync(new Uri(Fleet.PlaneAddress(plane), path), new { });

    public async Task<JsonDocument> GetAsync(string plane, string path) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.PlaneAddress(plane), path)));

    /// <summary>What an edge itself says it serves.</summary>
    public async Task<(string Revision, long Sequence)> ServedAsync(string region)
    {
        using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Fleet.EdgeManagement(region), "/status")));
        return (status.RootElement.GetProperty("revision").GetString()!, status.RootElement.GetProperty("sequence").GetInt64());
    }

    /// <summary>The highest number that any edge serves under.</summary>
    public async Task<long> HighestAsync() => (await Task.WhenAll(Regions.Select(ServedAsync))).Max(served => served.Sequence);

    /// <param name="status">How the last rollout ended; absent where the store knows of none.</param>
    /// <summary>Waits until no rollout is on its way and every edge serves the revision, the last one saved unless another is named.</summary>
    public async Task SettledAsync(string? revision = null, RolloutStatus? status = RolloutStatus.Completed)
    {
        var expected = $"{status}: good {revision ?? Revision}, served {string.Join(' ', Regions.Select(_ => revision ?? Revision))}";
        await UntilAsync(async () => await StandingAsync() == expected, () => $"the fleet does not come to rest as {expected}");
    }

    public Task UntilAsync(Func<RolloutState, bool> condition) =>
        UntilAsync(async () => condition(await StateAsync()), () => "the rollout does not get there");

    public Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        return Eventually.HoldsAsync(HoldsAsync, async () => $"{otherwise()}; {await StandingAsync()}, {(await StateAsync()).Current?.Reason}");

        async Task<bool> HoldsAsync()
        {
            try
            {
                return await condition();
            }
            catch (Exception problem) when (problem is HttpRequestException or StoreException)
            {
                // Whoever is asked is away, or starts.
                return false;
            }
        }
    }

    protected override FleetOptions Configure(FleetOptions options)
    {
        _paths = new FleetPaths(options.StateDirectory);
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
        Save(0);
        return options with { Regions = Regions, Etcd = Etcd.Urls, StandbyPlanes = 1 };
    }

    private async Task EndLeasesAsync(string keys)
    {
        foreach (var lease in (await Store.RangeAsync(StoreQuery.All(keys), CancellationToken.None)).Entries.Select(entry => entry.Lease).Distinct())
        {
            await Store.RevokeLeaseAsync(lease, CancellationToken.None);
        }
    }

    private async Task<string> StandingAsync()
    {
        try
        {
            var state = await StateAsync();
            var served = await Task.WhenAll(Regions.Select(ServedAsync));
            var good = state.LastGood is { } bundle ? ContentHash.Revision(bundle.ContentHash) : "none";
            return $"{state.Current?.Status}: good {good}, served {string.Join(' ', served.Select(edge => edge.Revision))}";
        }
        catch (Exception problem) when (problem is HttpRequestException or StoreException)
        {
            return problem.Message;
        }
    }
}
