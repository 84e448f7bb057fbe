using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Sits between Kestrel and one socket, so that a fault can end or freeze the connection below HTTP.</summary>
internal sealed class ConnectionGate : IDuplexPipe
{
    private readonly ConnectionContext _connection;
    private readonly GatedWriter _writer;
    private readonly GatedReader _reader;
    private int _requests;

    public ConnectionGate(ConnectionContext connection)
    {
        _connection = connection;
        _reader = new GatedReader(connection.Transport.Input, connection.ConnectionClosed);
        _writer = new GatedWriter(connection.Transport.Output);
    }

    public PipeReader Input => _reader;
    public PipeWriter Output => _writer;

    /// <summary>Counts a request and tells which of this connection it is, from 1.</summary>
    public int BeginRequest() => Interlocked.Increment(ref _requests);

    /// <summary>Sends what is written, then FIN: the HTTP message on the wire stays unfinished.</summary>
    public void Close() => _writer.Shut(completesInner: true);

    /// <summary>TCP RST, discarding what is unsent.</summary>
    public void Reset()
    {
        _writer.Shut(completesInner: false);
        if (_connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        _connection.Abort();
    }

    /// <summary>Neither reads nor writes from here on, and leaves the socket open.</summary>
    public void Freeze()
    {
        _reader.Freeze();
        _writer.Shut(completesInner: false);
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
