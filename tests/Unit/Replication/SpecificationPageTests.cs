using System.Reflection;
using System.Text.RegularExpressions;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication;

/// <summary>docs/spec/README.md says of budgets which method performs which action of the specification, and stays true.</summary>
public partial class SpecificationPageTests
{
    private static readonly string Page = Chapter();

    private static readonly Type[] Types = typeof(Holding).Assembly.GetTypes();

    [Fact]
    public void Page_NamesExactlyTheActionsOfTheSpecification()
    {
        var specification = File.ReadAllText(SourceTree.PathOf("docs", "spec", "Escrow.tla"));
        var next = Section(specification, "\nNext ==", "\nSpec ==");
        var actions = Calls().Matches(next).Select(match => match.Groups[1].Value).Distinct();
        var others = Section(Page, "The world does these:", "\n\n");

        Rows().Matches(Page).Select(row => row.Groups[1].Value)
            .Concat(Names().Matches(others).Select(name => name.Groups[1].Value))
            .ShouldBe(actions, ignoreOrder: true);
    }

    [Fact]
    public void Page_NamesInvariantsThatEveryConfigurationChecks()
    {
        var named = Names().Matches(Section(Page, "## What holds", "## Which method")).Select(name => name.Groups[1].Value).ToArray();

        foreach (var configuration in Directory.EnumerateFiles(SourceTree.PathOf("docs", "spec", "configurations"), "*.cfg"))
        {
            var checkedHere = File.ReadLines(configuration).Single(line => line.StartsWith("INVARIANTS ", StringComparison.Ordinal)).Split(' ')[1..];
            named.Where(name => name != "invariant").ShouldBe(checkedHere, ignoreOrder: true, configuration);
        }
    }

    [Fact]
    public void Page_NamesMethodsThatThereAre()
    {
        var methods = Methods().Matches(Page);
        methods.Count.ShouldBeGreaterThan(30);
        foreach (Match method in methods)
        {
            var type = Types.SingleOrDefault(type => type.Name == method.Groups[1].Value).ShouldNotBeNull(method.Value);
            type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
                .ShouldContain(known => known.Name == method.Groups[2].Value, method.Value);
        }
    }

    private static string Chapter()
    {
        var page = File.ReadAllText(SourceTree.PathOf("docs", "spec", "README.md"));
        return page[..page.IndexOf("\n# Rollouts", StringComparison.Ordinal)];
    }

    private static string Section(string text, string from, string until)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, from);
        var end = text.IndexOf(until, start, StringComparison.Ordinal);
        end.ShouldBeGreaterThan(start, until);
        return text[start..end];
    }

    [GeneratedRegex(@"(?:\\/|:)\s+([A-Z]\w+)")]
    private static partial Regex Calls();

    [GeneratedRegex(@"(?m)^\| `(\w+)` \| `")]
    private static partial Regex Rows();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"`([A-Z]\w+)\.([A-Z]\w+)`")]
    private static partial Regex Methods();
}
