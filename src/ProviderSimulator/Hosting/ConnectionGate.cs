using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Sits between Kestrel and one socket, so that a fault can end or freeze the connection below HTTP.</summary>
internal sealed class ConnectionGate : IDuplexPipe
{
    private readonly ConnectionContext connection;
    private readonly GatedWriter writer;
    private readonly GatedReader reader;

    public ConnectionGate(ConnectionContext connection)
    {
        this.connection = connection;
        reader = new GatedReader(connection.Transport.Input, connection.ConnectionClosed);
        writer = new GatedWriter(connection.Transport.Output);
    }

    public PipeReader Input => reader;
    public PipeWriter Output => writer;

    /// <summary>Requests begun on this connection; over HTTP/1.1 they come one after another.</summary>
    public int Requests => requests;

    private int requests;

    public int BeginRequest() => Interlocked.Increment(ref requests);

    /// <summary>Sends what is written, then FIN: the HTTP message on the wire stays unfinished.</summary>
    public void Close() => writer.Shut(completesInner: true);

    /// <summary>TCP RST, discarding what is unsent.</summary>
    public void Reset()
    {
        writer.Shut(completesInner: false);
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        connection.Abort();
    }

    /// <summary>Neither reads nor writes from here on, and leaves the socket open.</summary>
    public void Freeze()
    {
        reader.Freeze();
        writer.Shut(completesInner: false);
    }

    public static async Task Run(ConnectionContext connection, ConnectionDelegate next)
    {
        var gate = new ConnectionGate(connection);
        connection.Features.Set(gate);
        var inner = connection.Transport;
        connection.Transport = gate;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = inner;
        }
    }
}
