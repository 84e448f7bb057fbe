using GlobalGateway.EdgeNode.Health;

namespace GlobalGateway.EdgeNode.Jwt;

public static class JwtExtensions
{
    /// <summary>Takes tokens of the issuers that tenants name.</summary>
    public static IServiceCollection AddJwt(this IServiceCollection services) => services
        .AddSingleton<JwksClient>()
        .AddSingleton<JwtKeys>()
        .AddSingleton<JwtCheck>()
        .AddSingleton<IDependencyReport>(provider => provider.GetRequiredService<JwtKeys>())
        .AddHostedService(provider => provider.GetRequiredService<JwtKeys>());
}
