using System.Globalization;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Health;

/// <summary>Says that this machine's clock reads earlier than the served bundle was created: keys are then judged by that creation.</summary>
public sealed class ClockReport(SnapshotStore snapshots, TimeProvider clock) : IDependencyReport
{
    /// <summary>Clocks of well-kept machines differ by less.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public string Name => "clock";

    public string? WhyDegraded => snapshots.Current is { } current && clock.GetUtcNow() is var now && now + Tolerance < current.Bundle.CreatedAt
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"it reads {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, before the served bundle was made ({current.Bundle.CreatedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}); keys are judged by that time")
        : null;
}
