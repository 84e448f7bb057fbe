namespace GlobalGateway.Bench.Measuring;

/// <summary>One shape of load.</summary>
internal sealed record Scenario(string Group, int Connections)
{
    public string Name => $"{(Streams ? "stream" : "small")}-{Connections}";
    public bool Streams => Group == "stream";

    public static IReadOnlyList<Scenario> All { get; } =
        [new("proxy", 1), new("proxy", 32), new("proxy", 256), new("stream", 1), new("stream", 32), new("stream", 256)];

    public static IReadOnlyList<string> Groups { get; } = [.. All.Select(scenario => scenario.Group).Distinct()];
}
