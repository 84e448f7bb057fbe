namespace GlobalGateway.LocalFleet.Processes;

/// <summary>Finds installed programs.</summary>
public static class ProgramPath
{
    /// <summary>On the PATH or where systems keep what is not on everybody's; null when it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/bin", "/usr/local/bin", "/usr/sbin", "/sbin"]).Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
