using System.CommandLine;
using System.Globalization;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;

namespace GlobalGateway.Cli.Bench;

/// <summary><c>gg bench</c>: builds the benchmark and runs it.</summary>
internal static class BenchCommand
{
    private const double SecondsDefault = 5;
    private const double SecondsMax = 600;
    private const string Micro = "micro";
    private const string Quota = "quota";
    private static readonly DebianPackage Nginx = new("nginx", "nginx");

    public static Command Create()
    {
        var groups = new Argument<string[]>("what") { Description = "proxy: short answers; stream: streamed ones; translate: the same answer in another dialect; pace: many streams at a model's pace; quota: what budgets cost, and micro: streams and the journal without a network (both only when named). All others when none is named.", Arity = ArgumentArity.ZeroOrMore };
        groups.AcceptOnlyFromAmong("proxy", "stream", "translate", "pace", Quota, Micro);
        var seconds = new Option<double>("--seconds") { Description = "How long each target is measured under each load.", HelpName = "S", DefaultValueFactory = _ => SecondsDefault };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 1 or > SecondsMax or double.NaN)
            {
                result.AddError($"--seconds is between 1 and {SecondsMax}");
            }
        });
        var json = new Option<string?>("--json") { Description = "Also write the results to this file.", HelpName = "FILE" };
        var command = new GgCommand("bench", "Measures nginx, bare YARP and the edge side by side on one upstream; every answer is checked.",
            "gg bench", "gg bench proxy --seconds 10 --json bench.json") { groups, seconds, json };
        command.SetAction((call, cancellation) => RunAsync(call.GetValue(groups) ?? [], call.GetValue(seconds), call.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] groups, double seconds, string? json, CancellationToken cancellation)
    {
        if (groups.Contains(Micro))
        {
            if (!await DotnetBuild.RunAsync("bench/Micro/Micro.csproj", Console.Error.WriteLine, cancellation))
            {
                return ExitCode.Failed;
            }

            var code = await ChildProgram.RunAsync("dotnet", [Repository.PathOf("artifacts", "bin", "Micro", "release", "GlobalGateway.Micro.dll")], Console.WriteLine, cancellation);
            groups = [.. groups.Where(group => group != Micro)];
            if (groups.Length == 0 || code != ExitCode.Done)
            {
                return code;
            }
        }

        if (groups is not [Quota] && await DebianInstall.EnsureAsync([Nginx], Console.Error.WriteLine, cancellation) is { } missing)
        {
            throw new CommandException($"gg bench {missing}.");
        }

        if (!await DotnetBuild.RunAsync("bench/Bench.csproj", Console.Error.WriteLine, cancellation))
        {
            return ExitCode.Failed;
        }

        string[] arguments =
        [
            Repository.PathOf("artifacts", "bin", "Bench", "release", "GlobalGateway.Bench.dll"), .. groups,
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture), .. json is null ? Array.Empty<string>() : ["--json", Path.GetFullPath(json)],
        ];
        return await ChildProgram.RunAsync("dotnet", arguments, Console.WriteLine, cancellation);
    }
}
