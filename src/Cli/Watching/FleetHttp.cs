namespace GlobalGateway.Cli.Watching;

/// <summary>Calls to loopback: no proxy, and nobody waits long.</summary>
internal static class FleetHttp
{
    public static HttpClient Create(TimeSpan? timeout = null) =>
        new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = timeout ?? TimeSpan.FromSeconds(2) };
}
