using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.ProviderSimulator.Hosting;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Fleet;

/// <summary>One edge with its shipped defaults before one simulator, and a model for each upstream and what is asked of it.</summary>
public sealed class DialectFleet : IAsyncLifetime
{
    public const string ClientKey = "client-of-the-dialect-suite";
    public const string AdminToken = "admin-of-the-dialect-suite";
    private const string ProviderKey = "sim-dialects";
    private const string ProviderKeyVariable = "GG_SECRET_DIALECTS";

    private WebApplication? _edge;
    private WebApplication? _simulator;

    /// <summary>The base URL clients use.</summary>
    public string Edge { get; } = $"http://127.0.0.1:{FreePorts.Next()}";

    public string Simulator => _simulator!.Urls.First();

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(ProviderKeyVariable, ProviderKey);
        _simulator = SimulatorApp.Build(new SimulatorOptions { Listen = ["http://127.0.0.1:0"], AdminToken = AdminToken });
        await _simulator.StartAsync();
        var options = new EdgeOptions
        {
            Fleet = "dialects",
            Region = "us-east",
            Name = "edge-1",
            DataDirectory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            PublicListen = [Edge],
            ManagementListen = $"http://127.0.0.1:{FreePorts.Next()}",
            CredentialHosts = ["127.0.0.1"],
            DrainDelay = "0s",
        };
        _edge = EdgeApp.Build(options, static builder => builder.Services.AddSingleton(static _ => new LogSink(Stream.Null)));
        _edge.Services.GetRequiredService<SnapshotStore>().TryActivate("0000001", Resources(Simulator)).ShouldBeEmpty();
        await _edge.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _edge!.DisposeAsync();
        await _simulator!.DisposeAsync();
    }

    private static ResourceSet Resources(string simulator) => new()
    {
        Providers =
        [
            Provider("openai", ProviderFormat.OpenAI, simulator + "/openai/v1"),
            Provider("azure", ProviderFormat.AzureOpenAI, simulator + "/azure"),
            Provider("anthropic", ProviderFormat.Anthropic, simulator + "/anthropic"),
            Provider("gemini", ProviderFormat.Gemini, simulator + "/gemini"),
        ],
        Models =
        [
            Model("openai", "text", "gpt-4o-mini"),
            Model("azure", "text", "gpt-4o-mini"),
            Model("anthropic", "text", "claude-sonnet-4-5"),
            Model("gemini", "text", "gemini-2.0-flash", new() { LogProbs = true }),
            Model("openai", "reasoning", "o4-mini", new() { Reasoning = ReasoningSupport.Effort }),
            Model("azure", "reasoning", "o4-mini", new() { Reasoning = ReasoningSupport.Effort }),
            Model("anthropic", "reasoning", "claude-sonnet-4-5", new() { Reasoning = ReasoningSupport.Budget }),
            Model("gemini", "reasoning", "gemini-2.5-flash", new() { Reasoning = ReasoningSupport.Budget }),
            Model("openai", "embedding", "text-embedding-3-small"),
            Model("azure", "embedding", "text-embedding-3-small"),
            Model("gemini", "embedding", "gemini-embedding-001", new() { Api = [ModelApi.Embeddings] }),
        ],
        Tenants = [new Tenant { Name = "acme", Models = ["*"], Keys = [new ClientKey { Name = "test", Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ClientKey))) }] }],
    };

    private static Provider Provider(string name, ProviderFormat format, string url) => new()
    {
        Name = name,
        Format = format,
        Endpoints = [new ProviderEndpoint { Name = "main", Url = url }],
        Credentials = [new Credential { Name = "key", FromEnv = ProviderKeyVariable }],
    };

    private static Model Model(string provider, string kind, string upstream, Capabilities? capabilities = null) => new()
    {
        Name = $"{kind}-{provider}",
        Targets = [new ModelTarget { Provider = provider, Model = upstream, Capabilities = capabilities ?? new() }],
    };
}
