using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.Cli.Test;

/// <summary>Something that tests use, how to see that it is there, and the Debian package it comes from.</summary>
internal sealed record DebianPackage(Func<bool> IsPresent, string Name)
{
    /// <summary>A package for one of its programs.</summary>
    public DebianPackage(string program, string name) : this(() => ProgramPath.Find(program) is not null, name)
    {
    }
}
