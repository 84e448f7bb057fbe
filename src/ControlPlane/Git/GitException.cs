namespace GlobalGateway.ControlPlane.Git;

/// <summary>The repository cannot be read as it should; the message says why and holds no secret.</summary>
public sealed class GitException(string message) : Exception(message);
