namespace GlobalGateway.Bench.Measuring;

/// <summary>What every request of a scenario asks for.</summary>
internal enum Shape
{
    /// <summary>A whole chat completion of about 64 words.</summary>
    Small,

    /// <summary>The same as a stream.</summary>
    Stream,

    /// <summary>A whole chat completion of 2 KB.</summary>
    Chat2K,

    /// <summary>The same answer for a client of Anthropic's API: only the edge translates.</summary>
    Messages2K,
}

/// <summary>One shape of load.</summary>
internal sealed record Scenario(string Group, Shape Shape, int Connections)
{
    public string Name => $"{Shape.ToString().ToLowerInvariant()}-{Connections}";
    public bool Streams => Shape == Shape.Stream;

    public bool IsFor(string target) => Group != "translate" || target == "edge";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("proxy", Shape.Small, 1), new("proxy", Shape.Small, 32), new("proxy", Shape.Small, 256),
        new("stream", Shape.Stream, 1), new("stream", Shape.Stream, 32), new("stream", Shape.Stream, 256),
        new("translate", Shape.Chat2K, 32), new("translate", Shape.Messages2K, 32),
    ];

    /// <summary>Open streams at the pace of a model; see <see cref="Paced.PacedRun"/>.</summary>
    public const string PacedGroup = "pace";

    /// <summary>What budgets cost, only when named; see <see cref="Quota.QuotaRun"/>.</summary>
    public const string QuotaGroup = "quota";

    public static IReadOnlyList<string> Groups { get; } = [.. All.Select(scenario => scenario.Group).Distinct(), PacedGroup, QuotaGroup];
}
