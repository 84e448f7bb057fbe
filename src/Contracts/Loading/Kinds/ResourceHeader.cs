namespace GlobalGateway.Contracts.Loading.Kinds;

/// <summary>What every resource has: its name and labels.</summary>
internal sealed record ResourceHeader(string Name, IReadOnlyDictionary<string, string> Labels);
