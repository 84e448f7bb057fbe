namespace GlobalGateway.ControlPlane.Git;

/// <summary>How much of a repository is taken; beyond it the commit is refused.</summary>
public static class GitLimits
{
    public const int FilesMax = 50_000;

    /// <summary>Of one file that git writes, a pack above all, and of all files read of a commit.</summary>
    public const long BytesMax = 256L * 1024 * 1024;

    /// <summary>Of git's own memory: a small pack can unfold into a huge object.</summary>
    public const long MemoryBytesMax = 2L * 1024 * 1024 * 1024;

    /// <summary>Of one call of git.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    /// <summary>Of what a call of git writes to its output, where it is no list of files.</summary>
    public const int AnswerBytesMax = 64 * 1024;

    public const int SubjectLettersMax = 200;
}
