namespace GlobalGateway.Cli.Test;

/// <summary>A test that failed, or a suite that could not run to its end, and why.</summary>
/// <param name="Message">What was expected and what came, and where; a few lines at most.</param>
internal sealed record FailedTest(string Name, string Message)
{
    private const int LinesMax = 12;
    private const int CharactersMax = 800;

    /// <summary>Cuts what a test says to what the end of a run can repeat.</summary>
    public static FailedTest Of(string name, string message, string? where)
    {
        var lines = message.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToArray();
        var text = string.Join('\n', lines.Take(LinesMax));
        var cut = text.Length > CharactersMax ? text[..CharactersMax] : text;
        var more = cut.Length < text.Length || lines.Length > LinesMax ? " …" : "";
        return new FailedTest(name, where is null ? cut + more : $"{cut}{more}\n{where}");
    }
}
