namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>How far the running stage is: an age, and the numbers of its gate so far.</summary>
public sealed record StageProgress(long Number, int Stage, double AgeSeconds, string? Evidence, string? Missing);
