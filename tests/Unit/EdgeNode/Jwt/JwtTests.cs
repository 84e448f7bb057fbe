using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using GlobalGateway.Unit.EdgeNode.Configuration;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Jwt;

/// <summary>Tokens of a real issuer on loopback in place of keys.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("gg-jwt-").FullName;
    private ScriptedUpstream _upstream = null!;
    private TokenServer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _issuer = await TokenServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await _upstream.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("RS256", "r1")]
    [InlineData("PS256", "r1")]
    [InlineData("ES256", "e1")]
    public async Task Token_OfTheIssuer_IsItsTenants(string algorithm, string key)
    {
        await using var edge = await StartAsync();

        (await CallAsync(edge, _issuer.Token(algorithm, key))).ShouldBe(("ok", HttpStatusCode.OK));

        // A call is counted when its answer is out.
        await Eventually.HoldsAsync(() => edge.Snapshots.Current!.Signals.Total > 0);
        edge.Snapshots.Current!.Signals.Sample("b", default).Tenants.ShouldHaveSingleItem().Tenant.ShouldBe("acme");
    }

    [Fact]
    public async Task Token_KeysFoundByDiscovery_IsTaken()
    {
        await using var edge = await StartAsync(discover: true);

        (await CallAsync(edge, _issuer.Token())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Token_WithAnythingWrong_IsRefused()
    {
        await using var edge = await StartAsync();
        var good = _issuer.Token();
        var past = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds();
        (string Code, string Token)[] wrong =
        [
            ("invalid_token", _issuer.Token("none")),
            ("invalid_token", _issuer.Token("HS256")),
            ("invalid_token", _issuer.Token("RS256", "e1")),
            ("invalid_token", _issuer.Token(claims: ("aud", "another"))),
            ("invalid_token", _issuer.Token(claims: ("iss", "https://evil.test"))),
            ("invalid_token", _issuer.Token(claims: ("exp", null))),
            ("invalid_token", good[..^4] + (good[^4] == 'A' ? 'B' : 'A') + good[^3..]),
            ("invalid_token", "eyJ.e30.x"),
            ("invalid_token", "ey." + new string('.', 1)),
            ("invalid_token", $"ey{new string('x', 9_000)}.x.x"),
            ("token_expired", _issuer.Token(claims: ("exp", past))),
            ("token_expired", _issuer.Token(claims: ("nbf", DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds()))),
            ("token_not_mapped", _issuer.Token(claims: ("tenant", "nobody"))),
        ];

        foreach (var (code, token) in wrong)
        {
            (await CallAsync(edge, token)).ShouldBe((code, HttpStatusCode.Unauthorized), token[..Math.Min(200, token.Length)]);
        }
    }

    [Fact]
    public async Task Token_CheckedOnce_NeedsNeitherIssuerNorCheckAgain()
    {
        await using var edge = await StartAsync();
        var token = _issuer.Token();
        (await CallAsync(edge, token)).Status.ShouldBe(HttpStatusCode.OK);
        var fetches = _issuer.Fetches;

        (await CallAsync(edge, token)).Status.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(edge, _issuer.Token())).Status.ShouldBe(HttpStatusCode.OK);

        _issuer.Fetches.ShouldBe(fetches);
    }

    [Fact]
    public async Task Token_OfAnUnknownKey_AsksTheIssuerOnceAndNoMore()
    {
        await using var edge = await StartAsync();
        (await CallAsync(edge, _issuer.Token())).Status.ShouldBe(HttpStatusCode.OK);
        var fetches = _issuer.Fetches;

        for (var number = 0; number < 5; number++)
        {
            (await CallAsync(edge, _issuer.Token(keyId: $"x{number}"))).Code.ShouldBe("invalid_token");
        }

        _issuer.Fetches.ShouldBeInRange(fetches, fetches + 1);
    }

    [Fact]
    public async Task Issuer_Gone_KeysOnDiskServeARestartedEdge()
    {
        await using (var edge = await StartAsync())
        {
            (await CallAsync(edge, _issuer.Token())).Status.ShouldBe(HttpStatusCode.OK);
        }

        _issuer.Answer = context => ScriptedUpstream.JsonAsync(context, 500, "{}");
        await using var again = await StartAsync();

        (await CallAsync(again, _issuer.Token())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task Issuer_WithoutUsableKeys_IsAnOutageNotARefusal(int status)
    {
        _issuer.Answer = context =>
        {
            context.Response.Headers.Location = "http://169.254.169.254/keys";
            return ScriptedUpstream.JsonAsync(context, status, new string(' ', 300 * 1024));
        };
        await using var edge = await StartAsync();

        (await CallAsync(edge, _issuer.Token())).ShouldBe(("token_keys_unavailable", HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Token_RevokedByItsHash_IsRefused()
    {
        await using var edge = await StartAsync();
        var token = _issuer.Token();
        (await CallAsync(edge, token)).Status.ShouldBe(HttpStatusCode.OK);

        edge.Services.GetRequiredService<RevokedKeys>().Replace(new RevocationList { Keys = [EdgeHost.Sha256(token)] });

        (await CallAsync(edge, token)).Code.ShouldBe("key_revoked");
    }

    [Fact]
    public async Task Token_ThatOnlyTheBundleBeforeTook_CountsAsADenial()
    {
        await using var edge = await StartAsync();
        var token = _issuer.Token();
        (await CallAsync(edge, token)).Status.ShouldBe(HttpStatusCode.OK);
        var tenant = edge.Snapshots.Current!.Resources.Tenants[0];
        edge.Snapshots.TryActivate(
            new BundleIdentity("2", "d"), edge.Snapshots.Current.Resources with { Tenants = [tenant with { Jwt = tenant.Jwt! with { Audience = "elsewhere" } }] }).ShouldBeEmpty();

        (await CallAsync(edge, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await Eventually.HoldsAsync(() => edge.Snapshots.Current!.Signals.Total > 0);
        edge.Snapshots.Current!.Signals.Sample("d", default).Denials.ShouldBe(1);
    }

    private Task<EdgeHost> StartAsync(bool discover = false)
    {
        var resources = TestResources.For(_upstream);
        var jwt = new JwtIssuer { Issuer = _issuer.Issuer, JwksUrl = discover ? null : _issuer.JwksUrl, Audience = "gateway", Claim = "tenant", Value = "acme" };
        return EdgeHost.StartAsync(resources with { Tenants = [resources.Tenants[0] with { Jwt = jwt }] }, options => new()
        {
            Fleet = options.Fleet, Region = options.Region, Name = options.Name, DataDirectory = _data, PublicListen = options.PublicListen,
            ManagementListen = options.ManagementListen, CredentialHosts = options.CredentialHosts, DrainDelay = "0s",
        });
    }

    /// <summary>The error's code, or ok, and the status.</summary>
    private static async Task<(string Code, HttpStatusCode Status)> CallAsync(EdgeHost edge, string token)
    {
        edge.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await edge.ChatAsync();
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (body?["error"]?["code"]?.GetValue<string>() ?? "ok", response.StatusCode);
    }
}
