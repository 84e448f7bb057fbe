namespace GlobalGateway.Cli.Test;

/// <summary>The last lines a program wrote, at most <paramref name="linesMax"/>.</summary>
internal sealed class BoundedLines(int linesMax)
{
    private readonly Queue<string> _lines = new();

    public string? Last { get; private set; }

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            Last = line.Trim().Length > 0 ? line.Trim() : Last;
            if (_lines.Count > linesMax)
            {
                _lines.Dequeue();
            }
        }
    }

    public string[] ToArray()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }
}
