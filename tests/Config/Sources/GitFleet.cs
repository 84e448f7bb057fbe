using System.Security.Cryptography;
using System.Text;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Fleets;
using GlobalGateway.Testing.Git;
using Xunit;

namespace GlobalGateway.Config.Sources;

/// <summary>A fleet of three regions whose configuration is a repository with a webhook; its rollouts do not bake.</summary>
public sealed class GitFleet : FleetFixture, IAsyncLifetime
{
    private const string Secret = "a-secret-of-this-test-0123456789";

    private readonly HttpClient _http = new();
    private readonly string _secretFile = Path.GetTempFileName();

    public TestRepository Repository { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Folders.Copy(SourceTree.PathOf("gitops"), Repository.PathOf("gitops"));
        Repository.Commit("Begin");
        await File.WriteAllTextAsync(_secretFile, Secret);
        await StartAsync();
    }

    /// <summary>Tells the control plane as a Git host does.</summary>
    public async Task<HttpResponseMessage> HookAsync(string secret = Secret)
    {
        var body = "{\"ref\":\"refs/heads/main\"}"u8.ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Fleet.ControlPlaneAddress, "/hooks/git")) { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        return await _http.SendAsync(request);
    }

    protected override FleetOptions Configure(FleetOptions options) => options with { Repository = new FleetRepository(Repository.Directory, "main", "gitops/local", _secretFile) };

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        _http.Dispose();
        Repository.Dispose();
        File.Delete(_secretFile);
    }
}
