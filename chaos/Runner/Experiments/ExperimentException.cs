namespace GlobalGateway.Chaos.Experiments;

/// <summary>An experiment that cannot be read; the message says every reason, one per line.</summary>
public sealed class ExperimentException(string message) : Exception(message);
