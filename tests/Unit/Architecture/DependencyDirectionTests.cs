using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Architecture;

/// <summary>Who may know whom. An arrow that is not in this table does not build trust, it builds a knot.</summary>
public class DependencyDirectionTests
{
    /// <summary>Project → the projects it may link, by assembly name.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["src/Contracts/Contracts.csproj"] = [],
        ["src/Cql/Cql.csproj"] = [],
        ["src/Replication/Replication.csproj"] = ["Cql", "Contracts"],
        ["src/EdgeNode/EdgeNode.csproj"] = ["Replication", "Cql", "Contracts"],
        ["src/ControlPlane/ControlPlane.csproj"] = ["Contracts"],
        ["src/LocalFleet/LocalFleet.csproj"] = ["Contracts"],
        ["src/LedgerSimulator/LedgerSimulator.csproj"] = ["Replication", "Cql", "Contracts"],
        ["src/ProviderSimulator/ProviderSimulator.csproj"] = [],
        ["src/Cli/Cli.csproj"] = ["LocalFleet", "Chaos", "Contracts"],
        ["chaos/Runner/Runner.csproj"] = ["Contracts"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void EveryProductProject_IsInTheTable()
    {
        var found = Directory.EnumerateFiles(SourceTree.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SourceTree.PathOf("chaos"), "*.csproj", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(SourceTree.Root, file));

        found.ShouldBe(Allowed.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_LinksOnlyWhatItMayKnow(string project) => LinkedProjects(project).ShouldBeSubsetOf(Allowed[project]);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_ReferencesOnlyWhatItMayKnow(string project) => ReferencedParts(AssemblyOf(project)).ShouldBeSubsetOf(Allowed[project]);

    [Fact]
    public void LocalFleet_BuildsItsProcessesWithoutLinkingThem()
    {
        var processes = References("src/LocalFleet/LocalFleet.csproj").Where(IsOnlyBuilt).Select(NameOf);

        processes.ShouldBe(["EdgeNode", "ControlPlane", "ProviderSimulator"], ignoreOrder: true);
    }

    [Fact]
    public void Ledger_KnowsOnlyTheBaseLibrary()
    {
        var outside = Directory.EnumerateFiles(SourceTree.PathOf("src", "Replication", "Ledger"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal)
                && !line.Contains(" System", StringComparison.Ordinal)
                && !line.Contains("GlobalGateway.Replication.Ledger", StringComparison.Ordinal));

        outside.ShouldBeEmpty();
    }

    private static IEnumerable<XElement> References(string project) =>
        XDocument.Load(SourceTree.PathOf(project)).Descendants("ProjectReference");

    private static IEnumerable<string> LinkedProjects(string project) => References(project).Where(reference => !IsOnlyBuilt(reference)).Select(NameOf);

    private static bool IsOnlyBuilt(XElement reference) => (string?)reference.Attribute("ReferenceOutputAssembly") == "false";

    private static string NameOf(XElement reference) =>
        Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value) is var name && name == "Runner" ? "Chaos" : name;

    private static string AssemblyOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, $"GlobalGateway.{(project.StartsWith("chaos", StringComparison.Ordinal) ? "Chaos" : Path.GetFileNameWithoutExtension(project))}.dll");

    private static string[] ReferencedParts(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("GlobalGateway.", StringComparison.Ordinal))
            .Select(name => name["GlobalGateway.".Length..])];
    }
}
