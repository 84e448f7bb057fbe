using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace GlobalGateway.Cli.Test;

/// <summary>Reads the counts from the report that the xunit runner writes at its end.</summary>
internal static class XunitReport
{
    /// <returns>Null when there is no whole report: the run was cut off.</returns>
    public static TestCounts? Read(string file)
    {
        try
        {
            var assemblies = XDocument.Load(file).Root!.Elements("assembly").ToArray();
            int Sum(string attribute) => assemblies.Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
            return assemblies.Length == 0 ? null : new TestCounts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"));
        }
        catch (Exception e) when (e is IOException or XmlException)
        {
            return null;
        }
    }
}
