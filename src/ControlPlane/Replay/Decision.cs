namespace GlobalGateway.ControlPlane.Replay;

/// <summary>Whether a configuration lets a recorded request through, as far as its shape tells.</summary>
/// <param name="Why">Why not; absent when it does.</param>
/// <param name="Estimated">Whether a reported spend was used, which may be old.</param>
public readonly record struct Decision(string? Why, bool Estimated = false)
{
    public static readonly Decision Allow = new(null);

    public bool Allowed => Why is null;
}
