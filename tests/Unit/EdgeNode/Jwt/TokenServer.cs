using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.Unit.EdgeNode.Jwt;

/// <summary>An issuer of tokens on loopback with a discovery document and its keys.</summary>
public sealed class TokenServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private TokenServer(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    public string JwksUrl => $"{Issuer}/keys";

    /// <summary>Which keys it publishes.</summary>
    public List<string> Published { get; } = ["r1", "e1"];

    public int Fetches { get; private set; }

    /// <summary>Answers instead of the keys.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public static async Task<TokenServer> StartAsync()
    {
        var app = LoopbackServer.Build();
        var server = new TokenServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Issuer = app.Urls.First();
        return server;
    }

    /// <summary>A signed token with these claims over the usual ones; a null removes one.</summary>
    public string Token(string algorithm = "RS256", string keyId = "r1", params (string Name, JsonNode? Value)[] claims)
    {
        var payload = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = "gateway", ["tenant"] = "acme", ["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in claims)
        {
            if (value is null)
            {
                payload.Remove(name);
            }
            else
            {
                payload[name] = value.DeepClone();
            }
        }

        var signed = $"{Encode(new JsonObject { ["alg"] = algorithm, ["kid"] = keyId, ["typ"] = "JWT" }.ToJsonString())}.{Encode(payload.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _ec.SignData(bytes, HashAlgorithmName.SHA256),

            // The classic trick: the public key, which everybody knows, as the secret.
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), bytes),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _ec.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/.well-known/openid-configuration")
        {
            await ScriptedUpstream.JsonAsync(context, 200, new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = JwksUrl }.ToJsonString());
            return;
        }

        Fetches++;
        if (Answer is { } answer)
        {
            await answer(context);
            return;
        }

        var rsa = _rsa.ExportParameters(false);
        var ec = _ec.ExportParameters(false);
        var keys = new JsonArray();
        foreach (var id in Published)
        {
            keys.Add(id[0] == 'r'
                ? new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) }
                : new JsonObject { ["kty"] = "EC", ["kid"] = id, ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(ec.Q.X), ["y"] = Base64Url.EncodeToString(ec.Q.Y) });
        }

        await ScriptedUpstream.JsonAsync(context, 200, new JsonObject { ["keys"] = keys }.ToJsonString());
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
