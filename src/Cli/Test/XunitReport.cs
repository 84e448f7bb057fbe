using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace GlobalGateway.Cli.Test;

/// <summary>Reads the counts and the failures from the report that the xunit runner writes at its end.</summary>
internal static class XunitReport
{
    /// <returns>Null when there is no whole report: the run was cut off.</returns>
    public static TestResults? Read(string file)
    {
        try
        {
            var assemblies = XDocument.Load(file).Root!.Elements("assembly").ToArray();
            int Sum(string attribute) => assemblies.Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
            return assemblies.Length == 0
                ? null
                : new TestResults(new TestCounts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped")), [.. assemblies.Descendants("failure").Select(ReadFailure)]);
        }
        catch (Exception e) when (e is IOException or XmlException)
        {
            return null;
        }
    }

    /// <summary>Of a test, or of what surrounds tests: a fixture or a class's end.</summary>
    private static FailedTest ReadFailure(XElement failure) => FailedTest.Of(
        Plain(failure.Parent!.Attribute("name")?.Value ?? "(no name)"),
        Plain(failure.Element("message")?.Value) ?? failure.Attribute("exception-type")?.Value ?? "no message",
        failure.Element("stack-trace")?.Value.Split('\n').FirstOrDefault(line => line.Contains("/tests/", StringComparison.Ordinal))?.Trim());

    /// <summary>The runner writes quotation marks with a backslash before them.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Plain(string? text) => text?.Replace("\\\"", "\"", StringComparison.Ordinal);
}
