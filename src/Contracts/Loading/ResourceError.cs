namespace GlobalGateway.Contracts.Loading;

/// <summary>One thing that is wrong in the resources, where it is, and what to write instead.</summary>
/// <param name="Line">From 1; 0 where the whole file or folder is meant.</param>
/// <param name="Resource">Such as <c>Model/fast</c>; empty before kind and name are known.</param>
/// <param name="Path">Such as <c>spec.targets[1].provider</c>; may be empty.</param>
public sealed record ResourceError(string File, int Line, int Column, string Resource, string Path, string Message)
{
    public string Location => Line > 0 ? $"{File}:{Line}:{Column}" : File;

    public override string ToString()
    {
        var subject = Path.Length > 0 ? $"{Path}: {Message}" : Message;
        return Resource.Length > 0 ? $"{Location}  {Resource}  {subject}" : $"{Location}  {subject}";
    }
}
