using GlobalGateway.EdgeNode.Health;

namespace GlobalGateway.EdgeNode.Revocations;

public static class RevocationExtensions
{
    public static IServiceCollection AddRevocations(this IServiceCollection services) => services
        .AddSingleton<RevokedKeys>()
        .AddSingleton<RevocationLane>()
        .AddSingleton<IDependencyReport>(provider => provider.GetRequiredService<RevocationLane>());
}
