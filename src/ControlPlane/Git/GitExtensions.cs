using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Git;

public static class GitExtensions
{
    /// <summary>Makes a repository the fleet's source.</summary>
    /// <param name="directory">Where the mirror is kept; it can be deleted at any time.</param>
    public static IServiceCollection AddGitSource(this IServiceCollection services, GitOptions options, string directory) => services
        .AddSingleton(options)
        .AddSingleton(new GitMirror(options, directory))
        .AddSingleton<ILeaderDuty, GitSource>();
}
