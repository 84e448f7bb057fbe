using Xunit;

namespace GlobalGateway.EndToEnd.CommandLine;

/// <summary>Tests that run the command line as a person does; no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandLineCollection
{
    public const string Name = "command line";
}
