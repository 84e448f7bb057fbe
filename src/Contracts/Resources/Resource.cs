using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Resources;

/// <summary>One named document of the configuration; the same shape in Git, in bundles and in the API.</summary>
public abstract record Resource
{
    public const string ApiVersion = "globalgateway.dev/v1";

    /// <summary>A DNS label, unique within its kind.</summary>
    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    [JsonIgnore]
    public string Kind => GetType().Name;

    /// <summary>How messages name it: <c>Model/fast</c>.</summary>
    [JsonIgnore]
    public string Id => $"{Kind}/{Name}";
}
