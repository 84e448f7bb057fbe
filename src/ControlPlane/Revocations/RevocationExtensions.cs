using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Revocations;

public static class RevocationExtensions
{
    /// <summary>Registers the revocation lane; it needs the store and, for what edges hold, the fleet listener's trust.</summary>
    public static IServiceCollection AddRevocations(this IServiceCollection services) => services
        .AddSingleton<KeyCensus>()
        .AddSingleton<RevocationsHeard>()
        .AddSingleton<RevocationDesk>()
        .AddSingleton<ILeaderDuty>(provider => provider.GetRequiredService<RevocationDesk>());
}
