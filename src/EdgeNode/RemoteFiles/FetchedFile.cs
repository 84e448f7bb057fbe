namespace GlobalGateway.EdgeNode.RemoteFiles;

/// <summary>A file behind a client's URL, or why there is none.</summary>
public sealed record FetchedFile(string MediaType, string Base64, string? Problem = null)
{
    public static FetchedFile Failed(string problem) => new("", "", problem);
}
