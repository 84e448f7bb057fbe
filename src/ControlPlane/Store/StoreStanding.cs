namespace GlobalGateway.ControlPlane.Store;

/// <summary>How full the store is.</summary>
/// <param name="Bytes">Of the fullest member's file.</param>
/// <param name="QuotaBytes">Above which it takes nothing more; absent where only the disk limits it.</param>
public readonly record struct StoreStanding(long Bytes, long? QuotaBytes)
{
    /// <summary>From here on, <c>gg status</c> warns.</summary>
    public const double WarnAt = 0.6;

    /// <summary>From here on, new rollouts are refused; pointers are still moved.</summary>
    public const double RefuseAt = 0.8;

    public double Share => QuotaBytes is { } quota and > 0 ? (double)Bytes / quota : 0;
}
