using System.CommandLine;
using System.Text.Json;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.Test;

/// <summary><c>gg test [SUITE…]</c>: builds and runs the test suites.</summary>
internal static class TestCommand
{
    private const int FailuresShown = 20;

    public static Command Create()
    {
        var names = new Argument<string[]>("suite") { Description = "Which suites; all but the campaigns when none is named.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "Say which suites there are and what they need; run none." };
        var type = new Option<string?>("--class") { Description = "Only test classes of this full name; * at the start or end stands for anything.", HelpName = "NAME" };
        var output = new OutputOption();
        var command = new GgCommand("test", "Runs the test suites; the last line says how many tests passed, failed and were skipped.",
            "gg test unit contract", "gg test e2e --class \"*OpenAi*\"") { names, list, type, output };
        command.SetAction((call, cancellation) => RunAsync(
            call.GetValue(names) ?? [], call.GetValue(list), call.GetValue(type), output.IsJson(call), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, bool list, string? type, bool json, CancellationToken cancellation)
    {
        var chosen = list && names.Length == 0 ? [.. Suites.All] : Choose(names);
        if (list)
        {
            List(chosen, json);
            return ExitCode.Done;
        }

        // Where a script reads JSON from the output, people still see progress on the error stream.
        var screen = json ? Console.Error : Console.Out;
        var results = await new SuiteRunner(screen, type).RunAsync(chosen, cancellation);
        var total = results.Values.Aggregate(new TestCounts(), (sum, suite) => sum + suite.Counts);
        if (json)
        {
            Json.Write(writer =>
            {
                writer.WriteStartObject("suites");
                foreach (var (suite, result) in results)
                {
                    writer.WriteStartObject(suite.Name);
                    WriteCounts(writer, result.Counts);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
                writer.WriteStartArray("failures");
                foreach (var (suite, test) in Failures(results))
                {
                    writer.WriteStartObject();
                    writer.WriteString("suite", suite.Name);
                    writer.WriteString("test", test.Name);
                    writer.WriteString("message", test.Message);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                WriteCounts(writer, total);
            });
        }
        else
        {
            foreach (var line in FailureLines(results))
            {
                Console.WriteLine(line);
            }

            Console.WriteLine(chosen.Count == 1 ? "all:" : $"all {chosen.Count} suites:");
            Console.WriteLine(total);
        }

        return total.Failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>Every failure once more, where somebody who reads only the end of a long log finds it.</summary>
    internal static IEnumerable<string> FailureLines(IReadOnlyDictionary<Suite, TestResults> results)
    {
        var failures = Failures(results).ToArray();
        foreach (var (suite, test) in failures.Take(FailuresShown))
        {
            yield return $"✗ {suite.Name}: {test.Name}";
            foreach (var line in test.Message.Split('\n'))
            {
                yield return $"    {line}";
            }
        }

        if (failures.Length > FailuresShown)
        {
            yield return $"✗ and {failures.Length - FailuresShown} more, above";
        }
    }

    private static IEnumerable<(Suite Suite, FailedTest Test)> Failures(IReadOnlyDictionary<Suite, TestResults> results) =>
        results.SelectMany(result => result.Value.Failures, (result, test) => (result.Key, test));

    private static List<Suite> Choose(string[] names)
    {
        if (names.Length == 0)
        {
            return [.. Suites.All.Where(suite => !suite.OnlyNamed)];
        }

        var known = Suites.All.Select(suite => suite.Name).ToArray();
        foreach (var name in names.Where(name => !known.Contains(name)))
        {
            var hint = Suggestion.Nearest(name, known) is { } near ? $"did you mean \"{near}\"?" : $"there are {string.Join(", ", known)}.";
            throw new CommandException($"gg test: no suite \"{name}\"; {hint}", ExitCode.WrongCall);
        }

        return [.. Suites.All.Where(suite => names.Contains(suite.Name))];
    }

    private static void List(List<Suite> suites, bool json)
    {
        if (!json)
        {
            foreach (var suite in suites)
            {
                var needs = suite.Needs.Count == 0 ? "" : $"   (Debian: {string.Join(", ", suite.Needs.Select(need => need.Name))})";
                Console.WriteLine($"{suite.Name,-16} {suite.Summary}{needs}{(suite.OnlyNamed ? "   (only when named)" : "")}");
            }

            return;
        }

        Json.Write(writer =>
        {
            writer.WriteStartArray("suites");
            foreach (var suite in suites)
            {
                writer.WriteStartObject();
                writer.WriteString("name", suite.Name);
                writer.WriteString("summary", suite.Summary);
                writer.WriteNumber("limitSeconds", (int)suite.Limit.TotalSeconds);
                writer.WriteStartArray("debianPackages");
                foreach (var need in suite.Needs)
                {
                    writer.WriteStringValue(need.Name);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteCounts(Utf8JsonWriter writer, TestCounts counts)
    {
        writer.WriteNumber("passed", counts.Passed);
        writer.WriteNumber("failed", counts.Failed);
        writer.WriteNumber("skipped", counts.Skipped);
    }
}
