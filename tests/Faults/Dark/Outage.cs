using GlobalGateway.Contracts.Resources;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Testing.Wire;

namespace GlobalGateway.Faults.Dark;

/// <summary>One of two providers of a model, which goes dark in its own way and comes back.</summary>
public sealed class Outage : IAsyncDisposable
{
    /// <summary>How long a silent provider is waited for: short beside the outage, as the shipped 30 s is not.</summary>
    public static readonly TimeSpan FirstToken = TimeSpan.FromSeconds(2);

    private readonly FaultFleet _fleet;
    private readonly FaultProxy _proxy;
    private string? _rule;

    public Outage(FaultFleet fleet, string name, Darkness darkness)
    {
        (_fleet, Name, Darkness) = (fleet, name, darkness);
        _proxy = FaultProxy.Start(fleet.FaultyPort);
    }

    /// <summary>Also the model, and what its prompts say.</summary>
    public string Name { get; }

    /// <summary><see cref="Darkness.None"/> for a provider that answers each request with an error.</summary>
    public Darkness Darkness { get; }

    public string DarkProvider => $"{Name}-dark";

    public IEnumerable<Provider> Providers =>
        [_fleet.ProviderOf(DarkProvider, Upstream.OpenAI, meetsFaults: true, _proxy.Port), _fleet.ProviderOf($"{Name}-light", Upstream.OpenAI, meetsFaults: false)];

    public Model Model => new()
    {
        Name = Name,

        // In turn, so that an outage meets its full share of the requests, which a choice by latency would move away by itself.
        Strategy = Strategy.RoundRobin,
        Targets =
        [
            .. Providers.Select(static provider => new ModelTarget
            {
                Provider = provider.Name,
                Model = Upstream.OpenAI.Model(),
                Timeouts = new TargetTimeouts { FirstToken = FirstToken },
            }),
        ],
    };

    /// <summary>Calls per request that an outage may cost, the first included.</summary>
    /// <param name="share">Of the requests, those that went to this provider before.</param>
    public double AttemptsMax(double share, TimeSpan outage) =>
        Darkness == Darkness.Silent ? 1 + (share * (FirstToken + TimeSpan.FromSeconds(1)) / outage) : 1.1;

    public async Task BeginAsync()
    {
        if (Darkness == Darkness.None)
        {
            _rule = await _fleet.Faults.AddAsync(new() { ["promptContains"] = Name, ["fault"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "status", ["status"] = 503 } });
        }

        _proxy.Darken(Darkness);
    }

    public async Task EndAsync()
    {
        if (_rule is not null)
        {
            await _fleet.Faults.RemoveAsync(_rule);
        }

        _proxy.Darken(Darkness.None);
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();
}
