using System.CommandLine;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>A command whose help ends with examples that work as pasted.</summary>
internal class GgCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
