using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Faults;

/// <summary>Faults that show only on the socket.</summary>
public class ConnectionFaultTests
{
    private const string Path = "/openai/v1/chat/completions";
    private const string Whole = """{"model":"gpt-4o","messages":[{"role":"user","content":"[[tokens=8]]"}]}""";
    private const string Streamed = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"[[tokens=8]]"}]}""";
    private const int QuietMs = 150;

    private static async Task<(RawConnection Connection, ConnectionEnd End)> RunAsync(SimulatorHost host, string rule, string body, int quietMs = 5000)
    {
        await host.FaultAsync(rule);
        var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(Path, body);
        return (connection, await connection.ReadToEndAsync(quietMs));
    }

    [Fact]
    public async Task ResetBeforeHeaders_Request_GetsRstAndNoByte()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"resetBeforeHeaders"}}""", Whole);
        end.ShouldBe(ConnectionEnd.Reset);
        connection.Received.ShouldBeEmpty();
        connection.Dispose();
    }

    [Theory]
    [InlineData("false", "Fin")]
    [InlineData("true", "Reset")]
    public async Task CloseOnReuse_SecondRequest_EndsBeforeAnyByte(string resets, string end)
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync($$$"""{"fault":{"type":"closeOnReuse","reset":{{{resets}}}}}""");
        using var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(Path, Whole);
        await connection.ReadUntilAsync("system_fingerprint");
        var first = connection.Received.Length;
        await connection.PostAsync(Path, Whole);
        (await connection.ReadToEndAsync()).ToString().ShouldBe(end);
        connection.Received[first..].Trim('}', '"', ':', ',').ShouldNotContain("HTTP/1.1");
    }

    [Fact]
    public async Task CloseOnReuse_FreshConnections_AreServed()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"closeOnReuse"}}""");
        for (var i = 0; i < 3; i++)
        {
            using var connection = await RawConnection.OpenAsync(host.Address);
            await connection.PostAsync(Path, Whole);
            await connection.ReadUntilAsync("200 OK");
        }
        (await host.AdminAsync(HttpMethod.Get, "/admin/faults")).Body!["faults"]![0]!["fired"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Silence_Request_GetsNothingAndStaysOpen()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"silence"}}""", Whole, QuietMs);
        end.ShouldBe(ConnectionEnd.StillOpen);
        connection.Received.ShouldBeEmpty();
        connection.Dispose();
    }

    [Fact]
    public async Task Silence_AfterItsDuration_DropsTheConnection()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"silence","durationMs":20}}""", Whole);
        end.ShouldBe(ConnectionEnd.Reset);
        connection.Dispose();
    }

    [Theory]
    [InlineData("", "Fin")]
    [InlineData(""","reset":true""", "Reset")]
    public async Task CutStream_AfterTwoContentEvents_EndsWithoutLastChunk(string extra, string end)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, ended) = await RunAsync(host, $$$"""{"fault":{"type":"cutStream","afterContentEvents":2{{{extra}}}}}""", Streamed);
        ended.ToString().ShouldBe(end);
        if (ended == ConnectionEnd.Fin)
        {
            connection.Received.Split("data: ").Length.ShouldBe(1 + 1 + 2);
        }
        connection.Received.ShouldNotContain("[DONE]");
        connection.Received.ShouldNotContain("\r\n0\r\n\r\n");
        connection.Dispose();
    }

    [Fact]
    public async Task CutStream_OfABody_EndsBeforeItsLength()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"cutStream"}}""", Whole);
        end.ShouldBe(ConnectionEnd.Fin);
        connection.Received.ShouldContain("200 OK");
        connection.Received.ShouldNotContain("system_fingerprint");
        connection.Dispose();
    }

    [Fact]
    public async Task StallStream_AfterEvents_StaysOpenAndQuiet()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"stallStream","afterEvents":3}}""", Streamed, QuietMs);
        end.ShouldBe(ConnectionEnd.StillOpen);
        connection.Received.Split("data: ").Length.ShouldBe(1 + 3);
        connection.Dispose();
    }

    [Fact]
    public async Task KeepAliveOnly_Stream_SendsCommentsAndNoEvent()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"keepAliveOnly","intervalMs":5}}""");
        using var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(Path, Streamed);
        await connection.ReadUntilAsync(": keep-alive\n\n\r\ne\r\n: keep-alive");
        connection.Received.ShouldNotContain("data:");
    }

    [Fact]
    public async Task HalfOpen_AfterContent_GoesSilentWithoutClosing()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (connection, end) = await RunAsync(host, """{"fault":{"type":"halfOpen","afterContentEvents":1}}""", Streamed, QuietMs);
        end.ShouldBe(ConnectionEnd.StillOpen);
        connection.Received.ShouldContain("data: ");
        var before = connection.Received.Length;
        await connection.PostAsync(Path, Whole);
        (await connection.ReadToEndAsync(QuietMs)).ShouldBe(ConnectionEnd.StillOpen);
        connection.Received.Length.ShouldBe(before);
        connection.Dispose();
    }

    [Fact]
    public async Task MissingTerminator_Stream_EndsCleanlyWithoutDone()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.FaultAsync("""{"fault":{"type":"missingTerminator"}}""");
        using var connection = await RawConnection.OpenAsync(host.Address);
        await connection.PostAsync(Path, Streamed);
        await connection.ReadUntilAsync("\r\n0\r\n\r\n");
        connection.Received.ShouldContain("\"finish_reason\":\"stop\"");
        connection.Received.ShouldNotContain("[DONE]");
    }
}
