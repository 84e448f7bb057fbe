using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using GlobalGateway.Testing.Fleets;

namespace GlobalGateway.EndToEnd.Config;

/// <summary>One client per region, and what these tests ask again and again.</summary>
public sealed class Regional : IDisposable
{
    private static readonly TimeSpan SeenLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(5);

    private readonly ConfigFleet _fleet;
    private readonly Dictionary<string, HttpClient> _clients;
    private readonly HttpClient _controlPlane;

    public Regional(ConfigFleet fleet)
    {
        _fleet = fleet;
        _clients = ConfigFleet.Regions.ToDictionary(region => region, region => Client(fleet.Edge(region), FleetFixture.DemoKey));
        _controlPlane = Client(fleet.Fleet.ControlPlaneAddress, fleet.Fleet.AdminToken);
    }

    public HttpClient this[string region] => _clients[region];

    /// <summary>Asks every region until each shows the edit.</summary>
    public Task SeenEverywhereAsync(Edit edit, CancellationToken cancel) => Task.WhenAll(_clients.Select(async entry =>
    {
        var asked = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(PollEvery);
        for (var seen = await edit.Probe(entry.Value, cancel); seen != edit.Expected; seen = await edit.Probe(entry.Value, cancel))
        {
            if (Stopwatch.GetElapsedTime(asked) > SeenLimit)
            {
                throw new TimeoutException($"{entry.Key} still shows \"{seen}\", not \"{edit.Expected}\" ({edit.Name})");
            }

            await poll.WaitForNextTickAsync(cancel);
        }
    }));

    /// <summary>What the control plane says of the fleet.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(await _controlPlane.GetStringAsync("/api/v1/status", cancel));
        return document.RootElement.Clone();
    }

    /// <summary>Asks the control plane until it says so.</summary>
    public async Task<JsonElement> StatusAsync(Func<JsonElement, bool> condition, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var status = await StatusAsync(cancel);
            if (condition(status))
            {
                return status;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"the control plane still says {status}");
            }

            await poll.WaitForNextTickAsync(cancel);
        }
    }

    /// <summary>Whether every edge is connected and serves the newest revision.</summary>
    public static bool AllAcknowledge(JsonElement status) =>
        status.GetProperty("edges").EnumerateArray().Count(edge =>
            edge.GetProperty("connected").GetBoolean()
            && edge.GetProperty("state").GetString() == "ack"
            && edge.GetProperty("revision").GetString() == status.GetProperty("serving").GetProperty("revision").GetString()) == ConfigFleet.Regions.Count;

    /// <summary>Takes the test's edit away and waits until the fleet serves what it was started with.</summary>
    public async Task RestoreAsync(CancellationToken cancel)
    {
        _fleet.Save(null);
        await StatusAsync(status => status.GetProperty("source").GetProperty("state").GetString() == "valid" && AllAcknowledge(status), cancel);
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        _controlPlane.Dispose();
    }

    private static HttpClient Client(Uri address, string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 512 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
