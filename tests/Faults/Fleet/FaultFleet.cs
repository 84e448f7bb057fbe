using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Oracle;
using GlobalGateway.ProviderSimulator.Hosting;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace GlobalGateway.Faults.Fleet;

/// <summary>One edge with its shipped defaults and two simulators behind it: one that meets faults, one that never does.</summary>
public sealed class FaultFleet : IAsyncDisposable
{
    public const string ClientKey = "client-of-the-fault-suite";
    private const string ProviderKey = "sim-faults";
    private const string ProviderKeyVariable = "GG_SECRET_FAULTS";
    private const string AdminToken = "admin-of-the-fault-suite";
    private const string HealthyPrefix = "healthy-";

    /// <summary>What a test's first targets take for the shipped 30 s, which a suite cannot wait for.</summary>
    public static readonly TimeSpan Impatience = TimeSpan.FromSeconds(1);

    /// <summary>The longest any request may take: a first token and a gap of the first target, with room for a busy machine.</summary>
    public static readonly TimeSpan Patience = (2 * Impatience) + TimeSpan.FromSeconds(4);

    private readonly WebApplication _edge;
    private readonly WebApplication _faulty;
    private readonly WebApplication _healthy;
    private readonly string _management;
    private readonly string _certificate;
    private readonly PlainClient _direct = new();
    private int _revision;

    private FaultFleet(WebApplication edge, EdgeOptions options, WebApplication faulty, WebApplication healthy)
    {
        (_edge, _faulty, _healthy, _management, _certificate) = (edge, faulty, healthy, options.ManagementListen, options.PublicCertificate!);
        (Edge, EdgeWithTls) = (options.PublicListen[0], options.PublicListen[1]);
        Faults = new SimulatorControl(new Uri(FaultyAddress), AdminToken);
        Others = new SimulatorControl(new Uri(HealthyAddress), AdminToken);
    }

    /// <summary>The base URL clients use.</summary>
    public string Edge { get; }

    /// <summary>The same with TLS, where clients may speak HTTP/2.</summary>
    public string EdgeWithTls { get; }

    /// <summary>Scripts the simulator that meets faults.</summary>
    public SimulatorControl Faults { get; }

    private SimulatorControl Others { get; }

    private string FaultyAddress => _faulty.Urls.First();

    private string HealthyAddress => _healthy.Urls.First();

    public int FaultyPort => new Uri(FaultyAddress).Port;

    public static async Task<FaultFleet> StartAsync()
    {
        Environment.SetEnvironmentVariable(ProviderKeyVariable, ProviderKey);
        var (certificate, certificateKey) = WriteCertificate();
        var options = new EdgeOptions
        {
            Fleet = "faults",
            Region = "us-east",
            Name = "edge-1",
            DataDirectory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            PublicListen = [$"http://127.0.0.1:{FreePorts.Next()}", $"https://127.0.0.1:{FreePorts.Next()}"],
            PublicCertificate = certificate,
            PublicCertificateKey = certificateKey,
            ManagementListen = $"http://127.0.0.1:{FreePorts.Next()}",
            CredentialHosts = ["127.0.0.1"],
            DrainDelay = "0s",
        };
        var edge = EdgeApp.Build(options, static builder => builder.Services.AddSingleton(static _ => new LogSink(Stream.Null)));
        var faulty = await StartSimulatorAsync();
        var healthy = await StartSimulatorAsync();
        var fleet = new FaultFleet(edge, options, faulty, healthy);
        fleet.Activate([]);
        await edge.StartAsync();
        return fleet;
    }

    /// <summary>Serves these lanes from now on; all that was learned of others is forgotten.</summary>
    public void Activate(IReadOnlyCollection<Lane> lanes) => Activate(
        [.. lanes.Select(lane => FirstOf(lane)), .. Upstreams.All.Select(HealthyOf)],
        [.. lanes.Select(ModelOf)]);

    /// <summary>Serves these providers and models from now on.</summary>
    public void Activate(IReadOnlyList<Provider> providers, IReadOnlyList<Model> models) =>
        _edge.Services.GetRequiredService<SnapshotStore>().TryActivate(
            (++_revision).ToString("x7", CultureInfo.InvariantCulture),
            new ResourceSet
            {
                Providers = providers,
                Models = models,
                Tenants = [new Tenant { Name = "acme", Models = ["*"], Keys = [new ClientKey { Name = "test", Sha256 = Sha256(ClientKey) }] }],
            }).ShouldBeEmpty();

    /// <summary>A provider at a simulator, or where <paramref name="port"/> leads to it; all its settings are the shipped ones.</summary>
    public Provider ProviderOf(string name, Upstream upstream, bool meetsFaults, int? port = null) => new()
    {
        Name = name,
        Format = upstream.Format(),
        Endpoints = [new ProviderEndpoint { Name = "main", Url = (port is null ? meetsFaults ? FaultyAddress : HealthyAddress : $"http://127.0.0.1:{port}") + upstream.Path() }],
        Credentials = [new Credential { Name = "key", FromEnv = ProviderKeyVariable }],
    };

    public Provider HealthyOf(Upstream upstream) => ProviderOf(HealthyPrefix + upstream, upstream, meetsFaults: false);

    private Provider FirstOf(Lane lane) => ProviderOf(lane.FirstProvider, lane.First, meetsFaults: true, lane.Port);

    private static Model ModelOf(Lane lane) => new()
    {
        Name = lane.Model,
        Strategy = Strategy.Priority,
        Continuation = lane.Continues,
        KeepAliveAfter = lane.KeepAliveAfter ?? Model.KeepAliveAfterDefault,
        Targets =
        [
            new ModelTarget { Provider = lane.FirstProvider, Model = lane.Embeds ? Upstreams.EmbeddingModel : lane.First.Model(), Capabilities = lane.First.Capabilities(), Timeouts = new TargetTimeouts { FirstToken = Impatience, InterToken = Impatience } },
            new ModelTarget { Provider = HealthyPrefix + lane.Healthy, Model = lane.Embeds ? Upstreams.EmbeddingModel : lane.Healthy.Model(), Capabilities = lane.Healthy.Capabilities() with { Prefill = lane.Continues }, Priority = 1 },
        ],
    };

    /// <summary>What the provider itself says to the same question.</summary>
    public async Task<ReadAnswer> ExpectedAsync(ClientRequest request)
    {
        var answer = await AskDirectlyAsync(request with { Stream = false });
        return AnswerReader.ReadWhole(request.Api, answer.Bytes) ?? throw new InvalidOperationException($"The simulator's answer cannot be read: {answer.Text}");
    }

    /// <summary>Asks the simulator of that API, without an edge between.</summary>
    public async Task<ClientAnswer> AskDirectlyAsync(ClientRequest request)
    {
        var upstream = request.Api switch { ClientApi.Messages => Upstream.Anthropic, ClientApi.Gemini or ClientApi.GeminiArray => Upstream.Gemini, _ => Upstream.OpenAI };
        var root = HealthyAddress + (upstream == Upstream.OpenAI ? "/openai" : upstream.Path());
        var answer = await _direct.SendAsync(request with { Model = request.Api == ClientApi.Embeddings ? Upstreams.EmbeddingModel : upstream.Model() }, root, ProviderKey, TimeSpan.FromSeconds(30));
        answer.Status.ShouldBe(200, answer.Text);
        return answer;
    }

    /// <summary>Asks the edge and judges what comes.</summary>
    public async Task<(ClientAnswer Answer, Judgement Judgement)> AskAsync(PlainClient client, ClientRequest request)
    {
        var expected = await ExpectedAsync(request);
        var answer = await client.SendAsync(request, client.SpeaksHttp2 ? EdgeWithTls : Edge, ClientKey, Patience);
        return (answer, AnswerOracle.Judge(request, expected, answer));
    }

    /// <summary>Within a moment after its last client went, the edge has no request, place, body byte or call left.</summary>
    public async Task ShouldHoldNothingAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (await HeldAsync() is { } held)
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"the edge still holds: {held}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private async Task<string?> HeldAsync()
    {
        var gate = _edge.Services.GetRequiredService<AdmissionGate>();
        var snapshot = _edge.Services.GetRequiredService<SnapshotStore>().Current!;
        using var management = new HttpClient();
        var metrics = await management.GetStringAsync(new Uri($"{_management}/metrics"));
        var open = (await Faults.OpenAsync()).Concat(await Others.OpenAsync()).ToList();
        var held = new (string What, double Count)[]
        {
            ("requests", gate.Requests),
            ("body bytes", gate.BodyBytes),
            ("bulkhead places", snapshot.Providers.Sum(static provider => provider.Bulkhead.InFlight)),
            ("calls of targets", snapshot.Models.Values.Sum(static model => model.Near.Sum(static target => target.State.InFlight))),
            ("client connections", double.Parse(Regex.Match(metrics, "^gateway_active_connections (.+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture)),
            ($"open calls at providers ({string.Join(", ", open)})", open.Count),
        };
        return Array.TrueForAll(held, static each => each.Count == 0) ? null : string.Join(", ", held.Select(static each => $"{each.Count} {each.What}"));
    }

    public async ValueTask DisposeAsync()
    {
        _direct.Dispose();
        Faults.Dispose();
        Others.Dispose();
        await _edge.DisposeAsync();
        await _faulty.DisposeAsync();
        await _healthy.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_certificate)!, recursive: true);
    }

    private static (string Certificate, string Key) WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=edge-1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("gg-faults-").FullName;
        var paths = (Path.Combine(folder, "edge.pem"), Path.Combine(folder, "edge.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    private static async Task<WebApplication> StartSimulatorAsync()
    {
        var app = SimulatorApp.Build(new SimulatorOptions { Listen = ["http://127.0.0.1:0"], AdminToken = AdminToken });
        await app.StartAsync();
        return app;
    }

    private static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
