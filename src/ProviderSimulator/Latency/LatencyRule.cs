namespace GlobalGateway.ProviderSimulator.Latency;

/// <summary>How fast answers come, for all or for those of one provider, model or endpoint.</summary>
public sealed record LatencyRule
{
    public const double DelayMsMax = 600_000;
    public const double TokensPerSecondMax = 100_000;

    public string? Provider { get; set; }
    public string? Model { get; set; }
    public string? Endpoint { get; set; }

    /// <summary>Wait before the first token; absent is none.</summary>
    public DelayDistribution? FirstToken { get; set; }

    /// <summary>Tokens per second; absent is as fast as the socket takes them.</summary>
    public double? TokensPerSecond { get; set; }

    /// <summary>Each token's interval varies by up to this share, 0 to 1. Default 0.</summary>
    public double Jitter { get; set; }

    /// <summary>Writes each event on its own even when nothing is paced. Default false.</summary>
    public bool FlushEachEvent { get; set; }

    /// <summary>Seed of the draws. Default 1.</summary>
    public ulong Seed { get; set; } = 1;

    internal int Specificity => (Endpoint is null ? 0 : 1) + (Provider is null ? 0 : 2) + (Model is null ? 0 : 4);

    internal bool Matches(string provider, string endpoint, string? model) =>
        (Provider is null || Provider == provider) && (Endpoint is null || Endpoint == endpoint) && (Model is null || Model == model);

    internal IEnumerable<string> Errors()
    {
        if (TokensPerSecond is <= 0 or > TokensPerSecondMax)
        {
            yield return $"tokensPerSecond: {TokensPerSecond} is not above 0 and at most {TokensPerSecondMax}";
        }
        if (Jitter is < 0 or > 1)
        {
            yield return $"jitter: {Jitter} is not between 0 and 1";
        }
        foreach (var error in FirstToken?.Errors() ?? [])
        {
            yield return "firstToken." + error;
        }
    }
}
