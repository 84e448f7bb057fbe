using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Peers;

/// <summary>The copy of another edge's <c>config</c> folder that an installer may place; only read.</summary>
public sealed class SeedFolder(EdgeOptions options, ILogger<BundleDisk> log)
{
    public BundleDisk? Disk { get; } = options.SeedDirectory is { } directory ? new BundleDisk(directory, log) : null;
}
