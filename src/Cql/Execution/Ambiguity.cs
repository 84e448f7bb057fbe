namespace GlobalGateway.Cql.Execution;

/// <summary>Which errors of the server leave open whether a write happened.</summary>
internal static class Ambiguity
{
    /// <summary>When a request is more than one mutation, some of it may have been sent before the error was known.</summary>
    public static bool Of(CqlErrorCode code, StatementKind kind) => code switch
    {
        // Refused before anything was executed.
        CqlErrorCode.Protocol or CqlErrorCode.BadCredentials or CqlErrorCode.Unauthorized or CqlErrorCode.Syntax or CqlErrorCode.Invalid
            or CqlErrorCode.Configuration or CqlErrorCode.AlreadyExists or CqlErrorCode.Unprepared or CqlErrorCode.Bootstrapping => false,

        // Of one mutation known before it is sent. A batch is sent partition by partition, and a conditional write asks again for its commit.
        CqlErrorCode.Unavailable or CqlErrorCode.Overloaded => kind is StatementKind.Batch or StatementKind.Conditional,

        // A read has nothing to be in doubt about; a conditional write reads first, and what it proposed before that is unknown.
        CqlErrorCode.ReadTimeout or CqlErrorCode.ReadFailure or CqlErrorCode.FunctionFailure => kind is not StatementKind.Read,
        _ => kind is not StatementKind.Read,
    };

    /// <summary>Errors of a node or a moment: an idempotent statement may do better at another node.</summary>
    public static bool IsPassing(CqlErrorCode code) => code is CqlErrorCode.Server or CqlErrorCode.Unavailable or CqlErrorCode.Overloaded
        or CqlErrorCode.Bootstrapping or CqlErrorCode.WriteTimeout or CqlErrorCode.ReadTimeout or CqlErrorCode.WriteFailure or CqlErrorCode.ReadFailure;
}
