using System.Runtime.CompilerServices;

namespace GlobalGateway.LedgerSimulator;

/// <summary>A line of a trace, put together only while somebody reads it.</summary>
[InterpolatedStringHandler]
internal readonly ref struct TraceLine
{
    private readonly System.Text.StringBuilder? _text;

    public TraceLine(int literalLength, int formattedCount, World world, out bool isTraced)
    {
        isTraced = world.IsTraced;
        _text = isTraced ? new System.Text.StringBuilder(literalLength + formattedCount * 8) : null;
    }

    public string Text => _text?.ToString() ?? "";

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(value);
}
