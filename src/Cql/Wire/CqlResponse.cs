namespace GlobalGateway.Cql.Wire;

/// <summary>One answer, decoded; its kinds follow.</summary>
internal abstract record CqlResponse;

internal sealed record ReadyResponse : CqlResponse
{
    public static ReadyResponse Instance { get; } = new();
}

/// <summary>The server wants to know who asks.</summary>
internal sealed record AuthenticateResponse(string Authenticator) : CqlResponse;

internal sealed record AuthChallengeResponse : CqlResponse
{
    public static AuthChallengeResponse Instance { get; } = new();
}

internal sealed record AuthSuccessResponse : CqlResponse
{
    public static AuthSuccessResponse Instance { get; } = new();
}

/// <summary>Answers a heartbeat.</summary>
internal sealed record SupportedResponse : CqlResponse
{
    public static SupportedResponse Instance { get; } = new();
}

/// <summary>Nobody registers for events.</summary>
internal sealed record EventResponse : CqlResponse
{
    public static EventResponse Instance { get; } = new();
}

/// <summary>It was done; there are no rows. Also for changes of the schema.</summary>
internal sealed record DoneResponse : CqlResponse
{
    public static DoneResponse Instance { get; } = new();
}

internal sealed record RowsResponse(CqlRows Rows) : CqlResponse;

/// <summary>A statement as a node knows it.</summary>
/// <param name="Id">What it is executed by.</param>
/// <param name="Parameters">In the order of its question marks.</param>
internal sealed record PreparedResponse(ReadOnlyMemory<byte> Id, CqlColumn[] Parameters) : CqlResponse;

/// <param name="WriteType">Of a write that timed out or failed.</param>
internal sealed record ErrorResponse(CqlErrorCode Code, string Message, string? WriteType = null) : CqlResponse;

/// <summary>A column or a parameter.</summary>
internal readonly record struct CqlColumn(string Name, CqlTypeCode Type);
