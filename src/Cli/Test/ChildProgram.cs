using System.Diagnostics;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Test;

/// <summary>Runs a program to its end and hands over its lines; cancelling ends it and what it started.</summary>
internal static class ChildProgram
{
    public static async Task<int> RunAsync(
        string program,
        IEnumerable<string> arguments,
        Action<string> onLine,
        CancellationToken cancellation,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => { if (line.Data is not null) { onLine(line.Data); } };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) { onLine(line.Data); } };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }
}
