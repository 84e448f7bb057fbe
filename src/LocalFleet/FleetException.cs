namespace GlobalGateway.LocalFleet;

/// <summary>The fleet could not be started or reached; the message is one line that says what to do.</summary>
public sealed class FleetException(string message) : Exception(message);
