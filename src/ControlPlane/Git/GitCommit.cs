namespace GlobalGateway.ControlPlane.Git;

/// <summary>A commit as people know it.</summary>
/// <param name="Hash">Whole, 40 or 64 hex digits.</param>
/// <param name="Author">Name and address as the commit says; nothing vouches for them unless commits must be signed.</param>
/// <param name="Subject">The first line of its message, cut at <see cref="GitLimits.SubjectLettersMax"/> letters.</param>
public sealed record GitCommit(string Hash, string Author, string Subject);
