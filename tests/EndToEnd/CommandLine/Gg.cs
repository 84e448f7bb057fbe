using System.Diagnostics;
using GlobalGateway.Testing;

namespace GlobalGateway.EndToEnd.CommandLine;

/// <summary>Runs the command line as a process and keeps what it said.</summary>
internal static class Gg
{
    private static readonly string Program = SourceTree.PathOf("artifacts", "bin", "Cli", "release", "GlobalGateway.Cli.dll");

    public static async Task<GgResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return new GgResult(process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GG_ROOT"] = SourceTree.Root;
        start.Environment.Remove("GG_CALLED_AT_MS");
        return Process.Start(start)!;
    }
}

/// <summary>How a call of the command line ended.</summary>
internal sealed record GgResult(int ExitCode, string Output, string Error);
