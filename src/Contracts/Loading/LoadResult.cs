using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>What came of reading a folder: either valid resources or every error.</summary>
/// <param name="Resources">Absent when there is any error.</param>
/// <param name="Sources">Where each resource, by its id such as <c>Model/fast</c>, was written.</param>
public sealed record LoadResult(
    ResourceSet? Resources,
    IReadOnlyList<ResourceError> Errors,
    int FileCount,
    IReadOnlyDictionary<string, ResourceSource> Sources)
{
    /// <summary>How many files have errors.</summary>
    public int FilesWithErrors => Errors.Select(error => error.File).Distinct(StringComparer.Ordinal).Count();
}
