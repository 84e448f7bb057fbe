namespace GlobalGateway.Cli.CommandLine;

/// <summary>What every command's exit code means.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>The call was wrong; nothing was tried.</summary>
    public const int WrongCall = 2;
}
