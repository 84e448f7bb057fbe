using Xunit;

namespace GlobalGateway.Config;

/// <summary>Tests that measure; no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Measured
{
    public const string Name = "measured";
}
