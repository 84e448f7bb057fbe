namespace GlobalGateway.Cli.CommandLine;

/// <summary>Ends a command with one line that says what is, why, and what to do.</summary>
internal sealed class CommandException(string message, int exitCode = CommandLine.ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
