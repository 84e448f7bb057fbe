namespace GlobalGateway.Contracts.Loading;

/// <summary>Collects what is wrong, up to a limit, and tells how many more there were.</summary>
internal sealed class LoadErrors
{
    private readonly List<ResourceError> _errors = [];

    public int Count { get; private set; }

    public void Add(ResourceError error)
    {
        Count++;
        if (_errors.Count < LoadLimits.ErrorsMax)
        {
            _errors.Add(error);
        }
    }

    public void AddFile(string file, string message) => Add(new ResourceError(file, 0, 0, "", "", message));

    /// <summary>In the order of the files, top to bottom.</summary>
    public IReadOnlyList<ResourceError> Sorted()
    {
        var sorted = _errors
            .OrderBy(error => error.File, StringComparer.Ordinal)
            .ThenBy(error => error.Line)
            .ThenBy(error => error.Column)
            .ToList();
        if (Count > sorted.Count)
        {
            sorted.Add(new ResourceError(sorted[^1].File, 0, 0, "", "", $"and {Count - sorted.Count} more errors"));
        }

        return sorted;
    }
}
