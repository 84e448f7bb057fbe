namespace GlobalGateway.Cli.CommandLine;

/// <summary>How many of something, in words.</summary>
internal static class Counted
{
    /// <param name="noun">Of one.</param>
    public static string Of(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {(noun.EndsWith('y') ? noun[..^1] + "ie" : noun)}s";
}
