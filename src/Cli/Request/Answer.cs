namespace GlobalGateway.Cli.Request;

/// <summary>What came of one request.</summary>
internal sealed record Answer
{
    public required string Region { get; init; }
    public required int Status { get; init; }
    public required TimeSpan Took { get; init; }
    public TimeSpan? FirstText { get; init; }
    public required string Text { get; init; }
    public string? Error { get; init; }
    public long? TokensIn { get; init; }
    public long? TokensOut { get; init; }
    public string? RequestId { get; init; }
    public string? Provider { get; init; }
    public string? Attempts { get; init; }
}
