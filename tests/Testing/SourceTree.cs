namespace GlobalGateway.Testing;

/// <summary>Where the sources of these tests are.</summary>
public static class SourceTree
{
    public static string Root { get; } = Find();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "GlobalGateway.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No GlobalGateway.sln above {AppContext.BaseDirectory}.");
    }
}
