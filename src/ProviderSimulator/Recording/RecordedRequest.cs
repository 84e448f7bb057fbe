namespace GlobalGateway.ProviderSimulator.Recording;

/// <summary>One request as it arrived, and how it ended. Keys are never kept, only their SHA-256 and last four characters.</summary>
internal sealed class RecordedRequest
{
    public required long Sequence { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string RequestId { get; init; }
    public required string Provider { get; init; }
    public required string Endpoint { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Query { get; init; }
    public required string Protocol { get; init; }
    public required string ConnectionId { get; init; }

    /// <summary>1 for the first request on its connection.</summary>
    public required int ConnectionRequest { get; init; }

    public required KeyValuePair<string, string>[] Headers { get; init; }
    public required Credential? Credential { get; init; }
    public required byte[] Body { get; init; }
    public required int BodyBytes { get; init; }
    public string? Model { get; set; }
    public string? FaultRule { get; set; }
    public string? FaultType { get; set; }

    /// <summary>open, answered, faulted or client-gone.</summary>
    public string Outcome { get; set; } = "open";

    public int Status { get; set; }
    public int EventsSent { get; set; }
}

/// <summary>A key that came with a request, told without telling it.</summary>
internal sealed record Credential(string Sha256, string Last4);
