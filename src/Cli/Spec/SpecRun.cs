using System.Globalization;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Spec;

/// <summary>Checks configurations one after the other and says each one's result.</summary>
internal static class SpecRun
{
    private const int WidthMax = 79;

    public static async Task<int> RunAsync(IReadOnlyList<SpecConfiguration> chosen, TimeSpan limit, bool json, CancellationToken cancellation)
    {
        // Where a script reads JSON from the output, people still see progress on the error stream.
        var screen = json ? Console.Error : Console.Out;
        var redirected = json ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var (tools, missing) = await SpecTools.FindAsync(cancellation);
        if (tools is null)
        {
            return json ? SpecReport.WriteJson([], missing) : throw new CommandException($"gg spec: skipped, nothing was checked: {missing}.");
        }

        var results = new List<SpecResult>();
        foreach (var configuration in chosen)
        {
            var progress = redirected ? (Action<long>)(_ => { }) : states => Rewrite(screen, string.Create(CultureInfo.InvariantCulture, $"… {configuration.Name}   {states:N0} states"));
            progress(0);
            var result = await TlcRun.RunAsync(tools, configuration, limit, progress, cancellation);
            if (!redirected)
            {
                Rewrite(screen, "");
            }

            screen.WriteLine(SpecReport.Line(result));
            results.Add(result);
        }

        if (json)
        {
            return SpecReport.WriteJson(results, null);
        }

        screen.WriteLine(SpecReport.Summary(results));
        return results.TrueForAll(result => result.AsExpected) ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Rewrite(TextWriter screen, string text)
    {
        lock (screen)
        {
            screen.Write($"\r{text.PadRight(WidthMax)}\r{text}");
            screen.Flush();
        }
    }
}
