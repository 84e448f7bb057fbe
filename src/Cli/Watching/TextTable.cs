namespace GlobalGateway.Cli.Watching;

/// <summary>Rows under headings: words to the left, numbers to the right, two spaces between.</summary>
internal sealed class TextTable(params (string Heading, bool IsNumber)[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        var widths = columns.Select((column, i) => Math.Max(column.Heading.Length, _rows.Select(row => row[i].Length).DefaultIfEmpty().Max())).ToArray();
        foreach (var row in _rows.Prepend([.. columns.Select(column => column.Heading)]))
        {
            var cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine($"  {string.Join("  ", cells)}".TrimEnd());
        }
    }
}
