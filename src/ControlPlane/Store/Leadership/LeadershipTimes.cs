namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>How long a leader is taken for alive, and what follows from it.</summary>
public sealed record LeadershipTimes
{
    /// <summary>After this without a keep-alive the store gives the leader key up; whole seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan KeepEvery { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A vacancy that others see, too, is campaigned for after a random part of this.</summary>
    public TimeSpan CampaignWithin { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>After terms that failed: a random part of this, doubled each time up to <see cref="RetryMax"/>.</summary>
    public TimeSpan RetryFrom { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A leader takes itself for none this long after it sent the last keep-alive that was answered.</summary>
    public TimeSpan DemoteAfter => Lease * 2 / 3;
}
