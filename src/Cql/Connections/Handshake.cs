using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using GlobalGateway.Cql.Wire;

namespace GlobalGateway.Cql.Connections;

/// <summary>Opens a connection to a node of the local data centre.</summary>
internal static class Handshake
{
    /// <exception cref="CqlException">It could not be opened, or the node is another data centre's.</exception>
    public static async Task<(CqlConnection Connection, NodeIdentity Node)> OpenAsync(
        IPEndPoint address, CqlOptions options, NodeTls? tls, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        CqlConnection? connection = null;
        try
        {
            connection = new CqlConnection(await ConnectAsync(address, tls, both.Token), address, options, clock);
            await StartAsync(connection, options, both.Token);
            var node = await SystemTables.SelfAsync(connection, address, options.ConnectTimeout, both.Token);
            var opened = node.Datacenter == options.LocalDatacenter
                ? (connection, node)
                : throw new CqlNoNodeException($"{address} is in data centre {node.Datacenter}, not in {options.LocalDatacenter}");
            connection = null;
            return opened;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new CqlNoNodeException($"{address} did not open a connection within {options.ConnectTimeout.TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            throw new CqlNoNodeException($"{address}: {e.Message}", e);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint address, NodeTls? tls, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address, cancel);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(tls.For(address), cancel);
            }

            return stream;
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask StartAsync(CqlConnection connection, CqlOptions options, CancellationToken cancel)
    {
        using var startup = RequestFrames.Startup();
        switch (await connection.AskAsync(startup, options.ConnectTimeout, cancel))
        {
            case ReadyResponse:
                return;
            case AuthenticateResponse { Authenticator: var authenticator }:
                await AuthenticateAsync(connection, options, authenticator, cancel);
                return;
            case var other:
                throw Refused(connection, other);
        }
    }

    private static async ValueTask AuthenticateAsync(CqlConnection connection, CqlOptions options, string authenticator, CancellationToken cancel)
    {
        if (options.Credentials is not { } credentials)
        {
            throw new CqlNoNodeException($"{connection.Node} asks for a user and a password ({authenticator}), and none are configured");
        }

        using var response = RequestFrames.AuthResponse(credentials);
        if (await connection.AskAsync(response, options.ConnectTimeout, cancel) is not AuthSuccessResponse and var other)
        {
            throw Refused(connection, other);
        }
    }

    private static CqlException Refused(CqlConnection connection, CqlResponse response) => response is ErrorResponse error
        ? new CqlServerException(error.Code, $"{connection.Node}: {error.Message}", isAmbiguous: false)
        : new CqlProtocolException($"{connection.Node} answered the handshake with {response.GetType().Name}");
}
