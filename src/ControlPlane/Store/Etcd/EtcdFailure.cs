namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>What is known of a call that brought no result.</summary>
internal enum FailureKind
{
    /// <summary>It never reached the member.</summary>
    NotSent,

    /// <summary>No answer, or one that does not say whether it was done.</summary>
    Unknown,

    /// <summary>The token is none any more; nothing was done.</summary>
    NotLoggedIn,

    /// <summary>The revision asked for is gone.</summary>
    Compacted,

    /// <summary>There is no such lease.</summary>
    NoLease,

    /// <summary>The answer is larger than what is read at once.</summary>
    TooLarge,

    /// <summary>Understood and not done.</summary>
    Refused,
}

/// <summary>A call to one member failed; never leaves this folder.</summary>
internal sealed class EtcdFailureException(FailureKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public FailureKind Kind { get; } = kind;

    public static EtcdFailureException Of(EtcdError error)
    {
        var message = error.Message is { Length: > 0 } text ? text : "an error without a message";
        return new EtcdFailureException(KindOf(error.Code != 0 ? error.Code : error.GrpcCode, message), message);
    }

    // The codes are gRPC's.
    private static FailureKind KindOf(int code, string message) => code switch
    {
        16 => FailureKind.NotLoggedIn,
        // Simple tokens are judged by the revision of the users, too: a login answers both.
        3 when message.Contains("auth store is old", StringComparison.Ordinal) => FailureKind.NotLoggedIn,
        11 when message.Contains("compacted", StringComparison.Ordinal) => FailureKind.Compacted,
        5 when message.Contains("lease", StringComparison.Ordinal) => FailureKind.NoLease,
        3 or 5 or 6 or 7 or 8 or 9 or 11 or 12 => FailureKind.Refused,
        _ => FailureKind.Unknown,
    };
}
