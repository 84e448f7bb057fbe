namespace GlobalGateway.Config.BadBundles;

/// <param name="Answer">The status, or how the connection failed.</param>
/// <param name="At">A time stamp.</param>
public sealed record ClientFailure(string Edge, string Key, string Answer, long At);
