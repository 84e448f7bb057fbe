using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Trust;

public static class TrustExtensions
{
    public static IServiceCollection AddResigning(this IServiceCollection services) =>
        services.AddSingleton<Resigner>().AddSingleton<ILeaderDuty>(provider => provider.GetRequiredService<Resigner>());
}
