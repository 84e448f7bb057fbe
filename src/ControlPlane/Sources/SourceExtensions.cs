using GlobalGateway.ControlPlane.Folder;
using GlobalGateway.ControlPlane.Git;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Sources;

public static class SourceExtensions
{
    /// <summary>Registers the fleet's one source: a repository, a folder, or else what admins send.</summary>
    public static IServiceCollection AddSource(this IServiceCollection services, ControlPlaneOptions options)
    {
        services.AddSingleton<LoadWatch>().AddHostedService(provider => provider.GetRequiredService<LoadWatch>()).AddSingleton<ChangePlan>().AddSingleton<SourceDesk>();
        if (options.Git is { } git)
        {
            return services.AddGitSource(git, Path.Combine(options.StateDirectory, "git"));
        }

        return options.SourceDirectory is not null
            ? services.AddSingleton<ILeaderDuty, FolderSource>()
            : services.AddSingleton<ApplySource>().AddSingleton<ILeaderDuty>(provider => provider.GetRequiredService<ApplySource>());
    }
}
