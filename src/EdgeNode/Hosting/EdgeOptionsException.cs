namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>An edge cannot start from what its installer wrote; the message is for a person.</summary>
public sealed class EdgeOptionsException(string message) : Exception(message);
