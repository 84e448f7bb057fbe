using GlobalGateway.Testing;
using Shouldly;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>
/// A part of a document that a test renders from what it measured, between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.
/// With GG_WRITE_DOCS=1 the test writes it; otherwise it fails when the document says something else.
/// </summary>
internal static class DocumentedTable
{
    public static void ShouldHold(string file, string name, IEnumerable<string> lines)
    {
        var path = SourceTree.PathOf("docs", file);
        var text = File.ReadAllText(path);
        var (open, close) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.IndexOf(close, StringComparison.Ordinal);
        end.ShouldBeGreaterThanOrEqualTo(start, $"docs/{file} has no part {name}");
        var rendered = string.Concat(lines.Select(l => $"{l}\n"));
        if (Environment.GetEnvironmentVariable("GG_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, $"{text[..start]}{rendered}{text[end..]}");
            return;
        }

        text[start..end].ShouldBe(rendered, $"docs/{file} is not what the test measured; run it with GG_WRITE_DOCS=1");
    }
}
