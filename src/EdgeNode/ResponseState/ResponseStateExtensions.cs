using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.ResponseState;

public static class ResponseStateExtensions
{
    /// <exception cref="EdgeOptionsException">The key file is not usable.</exception>
    public static IServiceCollection AddResponseState(this IServiceCollection services, EdgeOptions options) =>
        services.AddSingleton(new ResponseIds(ResponseIdKeys.Load(options.ResponseIdKeyFile)));
}
