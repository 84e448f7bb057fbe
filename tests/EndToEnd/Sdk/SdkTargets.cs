using GlobalGateway.ProviderSimulator.Hosting;
using GlobalGateway.Testing.Fleets;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>The simulator itself, and each region of a fleet in front of another; each starts when a test first asks for it.</summary>
public sealed class SdkTargets : IAsyncDisposable
{
    public const string Direct = "direct";
    private const string AdminToken = "admin-of-the-sdk-suites";

    private readonly Lazy<Task<WebApplication>> _simulator = new(StartSimulatorAsync);
    private readonly Lazy<Task<FleetFixture>> _fleet = new(StartFleetAsync);
    private readonly List<SimulatorAdmin> _admins = [];

    public static TheoryData<string> Names => [Direct, "us-east", "eu-west", "ap-south"];

    public async Task<SdkTarget> GetAsync(string name)
    {
        if (name == Direct)
        {
            var address = new Uri((await _simulator.Value).Urls.First());
            return new SdkTarget
            {
                Name = name,
                OpenAi = new Uri(address, "/openai/v1"),
                Anthropic = new Uri(address, "/anthropic"),
                Key = "sim-e2e",
                ChatModel = "gpt-4o-mini",
                EmbeddingModel = "text-embedding-3-small",
                MessagesModel = "claude-sonnet-4-5-20250929",
                GeminiModel = "gemini-2.5-flash",
                Simulator = Admin(address, AdminToken),
            };
        }
        var running = await _fleet.Value;
        return new SdkTarget
        {
            Name = name,
            OpenAi = new Uri(running.Edge(name), "/v1"),
            Anthropic = running.Edge(name),
            Key = FleetFixture.DemoKey,
            ChatModel = "fast",
            EmbeddingModel = "embed-small",
            MessagesModel = "claude",
            GeminiModel = "gemini",
            Simulator = Admin(running.Fleet.SimulatorAddress, running.Fleet.AdminToken),
        };
    }

    private SimulatorAdmin Admin(Uri address, string token)
    {
        var admin = new SimulatorAdmin(address, token);
        _admins.Add(admin);
        return admin;
    }

    private static async Task<WebApplication> StartSimulatorAsync()
    {
        var app = SimulatorApp.Build(new SimulatorOptions { Listen = ["http://127.0.0.1:0"], AdminToken = AdminToken });
        await app.StartAsync();
        return app;
    }

    private static async Task<FleetFixture> StartFleetAsync()
    {
        var fleet = new FleetFixture();
        await fleet.StartAsync();
        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        _admins.ForEach(static admin => admin.Dispose());
        if (_simulator.IsValueCreated)
        {
            await (await _simulator.Value).DisposeAsync();
        }
        if (_fleet.IsValueCreated && _fleet.Value.IsCompletedSuccessfully)
        {
            await _fleet.Value.Result.DisposeAsync();
        }
    }
}
