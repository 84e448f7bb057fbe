namespace GlobalGateway.ControlPlane.Usage;

/// <summary>What came of asking for usage: an edge's report as it wrote it, or the status and why there is none.</summary>
public readonly record struct UsageAnswer(ReadOnlyMemory<byte> Report, int Status, string? Problem)
{
    public static UsageAnswer Of(ReadOnlyMemory<byte> report) => new(report, StatusCodes.Status200OK, null);

    public static UsageAnswer None(int status, string problem) => new(default, status, problem);
}
