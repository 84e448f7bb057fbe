using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Execution;

/// <summary>One statement with its values.</summary>
internal sealed class CallOperation(CqlCall call) : Operation
{
    /// <summary>Statements about the schema have no values and are asked once: nothing is gained by preparing them.</summary>
    private readonly bool _isPrepared = !IsAboutSchema(call.Statement.Text);

    public override StatementKind Kind { get; } = call.Statement switch
    {
        { SerialConsistency: not null } => StatementKind.Conditional,
        { Text: var text } when text.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) => StatementKind.Read,
        _ => StatementKind.Write,
    };

    public override bool IsRepeatable => call.Statement.IsIdempotent && Kind is not StatementKind.Conditional;

    public override TimeSpan? Timeout => call.Statement.Timeout;

    public override IReadOnlyList<string> Texts => _isPrepared ? [call.Statement.Text] : [];

    public override FrameWriter Frame(IReadOnlyList<PreparedResponse> prepared)
    {
        if (_isPrepared)
        {
            return RequestFrames.Execute(call, prepared[0]);
        }

        return call.Values.Count == 0
            ? RequestFrames.Query(call.Statement.Text, call.Statement.Consistency)
            : throw new ArgumentException($"a statement about the schema takes no values: {call.Statement.Text}");
    }

    private static bool IsAboutSchema(string text) =>
        text.AsSpan().TrimStart() is var start
        && (start.StartsWith("CREATE ", StringComparison.OrdinalIgnoreCase) || start.StartsWith("ALTER ", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("DROP ", StringComparison.OrdinalIgnoreCase) || start.StartsWith("TRUNCATE ", StringComparison.OrdinalIgnoreCase));
}
