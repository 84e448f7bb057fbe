using System.Reflection;
using System.Text.RegularExpressions;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Rollouts;

/// <summary>docs/spec/README.md says of rollouts which method performs which action of the specification, and stays true.</summary>
public partial class RolloutSpecificationPageTests
{
    private static readonly string Chapter = File.ReadAllText(SourceTree.PathOf("docs", "spec", "README.md")).Split("\n# Rollouts\n")[1];
    private static readonly string Specification = File.ReadAllText(SourceTree.PathOf("docs", "spec", "Rollout.tla"));
    private static readonly Type[] Types = typeof(RolloutMachine).Assembly.GetTypes();

    [Fact]
    public void Chapter_NamesEveryActionAndNoneThatThereIsNot()
    {
        var next = Specification.Split("\nNext ==")[1].Split("\nSpec ==")[0];
        var actions = Calls().Matches(next).Select(match => match.Groups[1].Value).Distinct().ToList();
        var table = Chapter.Split("## Which method performs an action")[1].Split("\n## ")[0];
        var named = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => Names().Matches(line.Split('|')[1]))
            .Concat(Names().Matches(table.Split("The world does these:")[1])).Select(match => match.Groups[1].Value).ToList();

        actions.Count.ShouldBeGreaterThan(10);
        actions.Except(named).ShouldBeEmpty();
        named.ShouldAllBe(name => Regex.IsMatch(Specification, $@"(?m)^{name}(\(|\s*==)"));
    }

    [Fact]
    public void Chapter_NamesInvariantsThatEveryConfigurationChecks()
    {
        var named = Names().Matches(Chapter.Split("## What holds")[1].Split("\n## ")[0]).Select(match => match.Groups[1].Value).ToArray();
        var configurations = Directory.GetFiles(SourceTree.PathOf("docs", "spec", "configurations", "rollout"), "*.cfg");

        configurations.Length.ShouldBeGreaterThan(20);
        foreach (var configuration in configurations)
        {
            File.ReadLines(configuration).Single(line => line.StartsWith("INVARIANTS ", StringComparison.Ordinal)).Split(' ')[1..].ShouldBe(named, ignoreOrder: true, configuration);
        }
    }

    [Fact]
    public void Chapter_NamesMethodsThatThereAre()
    {
        var members = Members().Matches(Chapter);
        members.Count.ShouldBeGreaterThan(8);
        foreach (Match member in members)
        {
            Types.SingleOrDefault(type => type.Name == member.Groups[1].Value).ShouldNotBeNull(member.Value)
                .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
                .ShouldContain(known => known.Name == member.Groups[2].Value, member.Value);
        }
    }

    [GeneratedRegex(@"(?:\\/|:)\s+([A-Z]\w+)")]
    private static partial Regex Calls();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"`([A-Z]\w+)\.([A-Z]\w+)`")]
    private static partial Regex Members();
}
