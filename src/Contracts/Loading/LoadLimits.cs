namespace GlobalGateway.Contracts.Loading;

/// <summary>How much a folder of resources may hold; beyond it the load ends with an error.</summary>
public static class LoadLimits
{
    public const long FileBytesMax = 4 * 1024 * 1024;
    public const long FolderBytesMax = 256 * 1024 * 1024;
    public const int FilesMax = 10_000;
    public const int FolderDepthMax = 8;
    public const int OverlaysMax = 8;
    public const int DocumentsPerFileMax = 20_000;
    public const int ResourcesMax = 250_000;

    /// <summary>Of lists and maps within one document.</summary>
    public const int DepthMax = 32;

    /// <summary>Names compared to find what was meant.</summary>
    public const long ComparisonsMax = 5_000_000;

    /// <summary>Errors after this many are counted, not kept.</summary>
    public const int ErrorsMax = 1_000;
}
