using System.Text.RegularExpressions;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;

namespace GlobalGateway.Cli.Spec;

/// <summary>What checks the specification: Java 17 and the jar of TLC, which is not part of this repository.</summary>
internal sealed partial record SpecTools(string Java, string Jar)
{
    public const string JarVariable = "TLA2TOOLS";

    private const int JavaMin = 17;
    private const string Program = "java";
    private static readonly DebianPackage Package = new(Program, "openjdk-17-jre-headless");

    /// <returns>The tools, or what is missing and how to get it.</returns>
    public static async Task<(SpecTools? Tools, string? Missing)> FindAsync(CancellationToken cancellation)
    {
        var jar = Environment.GetEnvironmentVariable(JarVariable) is { Length: > 0 } told ? told : Repository.PathOf("..", "shared", "spec", "tla2tools.jar");
        if (!File.Exists(jar))
        {
            return (null, $"there is no {Path.GetFullPath(jar)}: get tla2tools.jar from https://github.com/tlaplus/tlaplus/releases and set {JarVariable} to where it is");
        }

        if (!Package.IsPresent())
        {
            return (null, $"\"java\" is not on the PATH: run \"sudo apt-get install {Package.Name}\" or install another Java {JavaMin}");
        }

        var lines = new BoundedLines(20);
        await ChildProgram.RunAsync(Program, ["-version"], lines.Add, cancellation);
        var version = lines.ToArray().Select(line => Version().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;
        return int.TryParse(version, out var major) && major >= JavaMin
            ? (new SpecTools(Program, Path.GetFullPath(jar)), null)
            : (null, $"\"java\" on the PATH is version {version ?? "unknown"} and {JavaMin} is needed: run \"sudo apt-get install {Package.Name}\"");
    }

    [GeneratedRegex("version \"(\\d+)")]
    private static partial Regex Version();
}
