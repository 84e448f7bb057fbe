namespace GlobalGateway.Cli.Test;

/// <summary>A program that tests start and the Debian package it comes from.</summary>
internal sealed record DebianPackage(string Program, string Name)
{
    public bool IsPresent() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, Program)));
}
