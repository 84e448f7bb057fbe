using System.Globalization;

namespace GlobalGateway.Cli.Watching;

/// <summary>Reads the samples of a Prometheus text page that belong to some names.</summary>
internal static class PrometheusText
{
    public static IEnumerable<Sample> Read(string page, params IReadOnlyCollection<string> names)
    {
        foreach (var line in page.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var nameEnd = line.AsSpan().IndexOfAny('{', ' ');
            if (nameEnd <= 0 || !names.Contains(line[..nameEnd]))
            {
                continue;
            }

            var labelsEnd = line[nameEnd] == '{' ? line.LastIndexOf('}') : nameEnd - 1;
            var value = line.AsSpan(labelsEnd + 1).Trim();
            var space = value.IndexOf(' ');
            if (TryNumber(space < 0 ? value : value[..space], out var number))
            {
                yield return new Sample(line[..nameEnd], labelsEnd >= nameEnd ? line[(nameEnd + 1)..labelsEnd] : "", number);
            }
        }
    }

    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        if (text is "+Inf")
        {
            number = double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>One sample; labels as they were written.</summary>
internal readonly record struct Sample(string Name, string Labels, double Value)
{
    /// <summary>The value of a label without escapes in it, such as <c>status</c> or <c>le</c>; empty when it has none.</summary>
    public string Label(string name)
    {
        var at = Labels.StartsWith(name + "=\"", StringComparison.Ordinal) ? 0 : Labels.IndexOf("," + name + "=\"", StringComparison.Ordinal) + 1;
        if (at == 0 && !Labels.StartsWith(name + "=\"", StringComparison.Ordinal))
        {
            return "";
        }

        var start = at + name.Length + 2;
        return Labels[start..Labels.IndexOf('"', start)];
    }
}
