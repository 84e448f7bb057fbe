namespace GlobalGateway.Cli.Test;

/// <summary>Brings the Debian packages that tests need, where this user may; names them otherwise.</summary>
internal static class DebianInstall
{
    /// <summary>Packages install programs that tests start themselves: no service is started, nothing is asked.</summary>
    private static readonly Dictionary<string, string> Quiet = new() { ["DEBIAN_FRONTEND"] = "noninteractive", ["RUNLEVEL"] = "1" };

    /// <returns>What is still missing, as a sentence; null when nothing is.</returns>
    public static async Task<string?> EnsureAsync(IEnumerable<DebianPackage> needs, Action<string> say, CancellationToken cancellation)
    {
        var missing = needs.Where(need => !need.IsPresent()).Select(need => need.Name).Distinct().ToArray();
        if (missing.Length == 0)
        {
            return null;
        }

        var names = string.Join(' ', missing);
        if (!Environment.IsPrivilegedProcess || !new DebianPackage("apt-get", "apt").IsPresent())
        {
            return $"needs {names}: run \"sudo apt-get install {names}\", then this again";
        }

        say($"installing {names} …");
        string[] install = ["install", "-qq", "-y", "--no-install-recommends", .. missing];
        var lines = new BoundedLines(20);
        if (await ChildProgram.RunAsync("apt-get", install, lines.Add, cancellation, environment: Quiet) != 0)
        {
            await ChildProgram.RunAsync("apt-get", ["update", "-qq"], lines.Add, cancellation, environment: Quiet);
            if (await ChildProgram.RunAsync("apt-get", install, lines.Add, cancellation, environment: Quiet) != 0)
            {
                return $"needs {names}, and apt-get could not install it: {lines.Last ?? "it said nothing"}";
            }
        }

        return null;
    }
}
