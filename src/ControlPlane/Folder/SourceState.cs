using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.ControlPlane.Folder;

/// <summary>What the last look at the source folder found.</summary>
/// <param name="Errors">All of them; while there is any, edges keep the revision they have.</param>
public sealed record SourceLook(DateTimeOffset At, int FileCount, IReadOnlyList<ResourceError> Errors);

/// <summary>Holds the last look for those who show it.</summary>
public sealed class SourceState
{
    private volatile SourceLook? _last;

    /// <summary>Absent before the first.</summary>
    public SourceLook? Last => _last;

    public void Set(SourceLook look) => _last = look;
}
