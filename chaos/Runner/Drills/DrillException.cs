namespace GlobalGateway.Chaos.Drills;

/// <summary>A drill that could not be carried out or undone; one line.</summary>
public sealed class DrillException(string message) : Exception(message);
