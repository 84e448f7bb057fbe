using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Fleet;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Fleet;

/// <summary>Both ends of a WebSocket over a loopback connection.</summary>
public sealed class FleetSocketTests : IAsyncLifetime
{
    private WebSocket _raw = null!;
    private FleetSocket _edge = null!;
    private FleetSocket _plane = null!;

    public static TheoryData<Type> Kinds => [.. typeof(FleetMessage).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => kind.DerivedType)];

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        _raw = WebSocket.CreateFromStream(client.GetStream(), new WebSocketCreationOptions());
        _edge = new FleetSocket(_raw);
        _plane = new FleetSocket(WebSocket.CreateFromStream(server.GetStream(), new WebSocketCreationOptions { IsServer = true }));
    }

    public ValueTask DisposeAsync()
    {
        _edge.Dispose();
        _plane.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Message_WithNothingThatMayBeAbsent_Arrives(Type kind)
    {
        var sent = (FleetMessage)Least(kind);

        await _edge.SendAsync(sent, TestContext.Current.CancellationToken);
        var arrived = await _plane.ReceiveAsync(TestContext.Current.CancellationToken);

        arrived.ShouldBeOfType(kind);
        JsonSerializer.Serialize(arrived, kind).ShouldBe(JsonSerializer.Serialize(sent, kind));
    }

    [Fact]
    public async Task Message_OfANewerKind_IsPassedOver()
    {
        await SendTextAsync("""{"type":"greeting","words":["hello"]}""");
        await _edge.SendAsync(new EdgeAck("n", 7, "abc"), TestContext.Current.CancellationToken);

        (await _plane.ReceiveAsync(TestContext.Current.CancellationToken)).ShouldBe(new EdgeAck("n", 7, "abc"));
    }

    [Theory]
    [InlineData("""{"type":"ack","nonce":"n","sequence":"x","revision":"r"}""", "a message that cannot be read, at $.sequence")]
    [InlineData("""{"type":"ack","nonce":"n"}""", "a message that cannot be read, at $")]
    [InlineData("""{"type":""", "a message that cannot be read, at $")]
    [InlineData("null", "an empty message")]
    public async Task Message_ThatIsWrong_EndsTheStreamAndSaysWhere(string text, string why)
    {
        await SendTextAsync(text);

        (await Should.ThrowAsync<FleetSocketException>(() => _plane.ReceiveAsync(TestContext.Current.CancellationToken))).Message.ShouldStartWith(why);
    }

    private Task SendTextAsync(string text) =>
        _raw.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>Null wherever null is allowed, one element in each list.</summary>
    private static object Least(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var nullability = new NullabilityInfoContext();
        if (constructor.GetParameters().Length == 0)
        {
            var made = constructor.Invoke([]);
            foreach (var property in type.GetProperties().Where(property => property.IsDefined(typeof(RequiredMemberAttribute))))
            {
                property.SetValue(made, Value(property.PropertyType));
            }

            return made;
        }

        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => nullability.Create(parameter).WriteState == NullabilityState.Nullable ? null : Value(parameter.ParameterType))]);
    }

    private static object Value(Type type)
    {
        if (type == typeof(string))
        {
            return "text";
        }

        if (type == typeof(byte[]))
        {
            return "bytes"u8.ToArray();
        }

        if (type.IsEnum || type.IsPrimitive)
        {
            return Activator.CreateInstance(type)!;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return new Dictionary<string, string> { ["name"] = "value" };
        }

        if (!type.IsGenericType)
        {
            return Least(type);
        }

        var element = type.GetGenericArguments().Single();
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Value(element), 0);
        return list;
    }
}
