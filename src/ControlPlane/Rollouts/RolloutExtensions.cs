using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Registers the rollout engine and what it is asked by.</summary>
public static class RolloutExtensions
{
    /// <param name="failpoint">Where tests end the process; absent in normal use.</param>
    public static IServiceCollection AddRollouts(this IServiceCollection services, string? failpoint = null)
    {
        if (Failpoint.Parse(failpoint) is { } point)
        {
            services.AddSingleton(point);
        }

        return services
            .AddSingleton<RevisionCollector>()
            .AddSingleton<RolloutIntake>()
            .AddSingleton<RolloutQueries>()
            .AddSingleton<RolloutActions>()
            .AddSingleton<ILeaderDuty, RolloutEngine>();
    }
}
