namespace GlobalGateway.Cli.Spec;

/// <summary>One bounded model of the specification: which faults and bugs it has, and so what checking it must find.</summary>
/// <param name="Module">The specification that it bounds, in the folder above the configurations.</param>
/// <param name="IsBug">It has a deliberate bug, which must be refuted.</param>
internal sealed record SpecConfiguration(string Name, string Summary, string Path, string Module, bool IsBug)
{
    private const string BugMark = "BUG: ";

    /// <summary>Checked by the test suites too.</summary>
    public const string Small = "small";
    public const string RolloutSmall = "rollout-small";

    /// <summary>Configurations of rollouts are in a folder of this name.</summary>
    private const string RolloutFolder = "rollout";

    /// <summary>All of a folder, the sound ones first. A configuration's first line is a comment that says what it is.</summary>
    public static IReadOnlyList<SpecConfiguration> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.cfg", SearchOption.AllDirectories).Select(Read).OrderBy(one => one.IsBug).ThenBy(one => one.Name != Small).ThenBy(one => one.Name, StringComparer.Ordinal)];

    private static SpecConfiguration Read(string path)
    {
        var summary = File.ReadLines(path).First().TrimStart('\\', '*', ' ');
        var module = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)) == RolloutFolder ? "Rollout.tla" : "MC.tla";
        return new SpecConfiguration(System.IO.Path.GetFileNameWithoutExtension(path), summary, path, module, summary.StartsWith(BugMark, StringComparison.Ordinal));
    }
}
