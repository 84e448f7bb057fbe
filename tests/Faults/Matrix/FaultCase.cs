using System.Text.Json.Nodes;

namespace GlobalGateway.Faults.Matrix;

/// <summary>One fault at one position of an answer.</summary>
/// <param name="Fault">Its name in the report.</param>
/// <param name="Position">Where in the answer it happens.</param>
/// <param name="Script">The fault as the simulator takes it.</param>
/// <param name="AfterCommit">The client may have seen some of the answer when it happens.</param>
public sealed record FaultCase(string Fault, string Position, JsonObject Script, bool AfterCommit = false)
{
    /// <summary>The prompt calls tools.</summary>
    public bool Tools { get; init; }

    /// <summary>The target rests after it, so that each request needs a lane of its own.</summary>
    public bool Rests { get; init; }

    /// <summary>The target's own answer is still right, or its connection is replaced without a further call.</summary>
    public bool IsHarmless { get; init; }

    /// <summary>Requests come one after another on kept connections.</summary>
    public bool InTurn { get; init; }
}
