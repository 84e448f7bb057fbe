using System.Diagnostics;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.RemoteFiles;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Shapes;
using GlobalGateway.EdgeNode.Signals;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Requests;

/// <summary>Everything the stages learn about one request; each stage sets its own part and reads the earlier ones'.</summary>
public sealed class GatewayRequest
{
    public required string Id { get; init; }

    /// <summary>Of the edge that took it.</summary>
    public required string Region { get; init; }

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at arrival.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The configuration this request started with and keeps; absent before the first bundle.</summary>
    public required GatewaySnapshot? Snapshot { get; init; }

    /// <summary>Set by <see cref="DialectMiddleware"/>.</summary>
    public Operation Operation { get; set; }

    public Dialect Dialect { get; set; }

    /// <summary>The client called an Azure path.</summary>
    public bool AzureClient { get; set; }

    /// <summary>A model named by the path rather than the body.</summary>
    public string? PathModel { get; set; }

    /// <summary>A stored response named by the path, with what is asked of it.</summary>
    public StoredResponsePath? StoredResponse { get; set; }

    /// <summary>Set for plain services.</summary>
    public CompiledRoute? Route { get; set; }

    /// <summary>Set by <see cref="TenancyMiddleware"/>.</summary>
    public ClientIdentity? Client { get; set; }

    /// <summary>Whom the bundle's signals count the request for; set by <see cref="TenancyMiddleware"/>.</summary>
    public int TenantNumber { get; set; } = BundleSignals.Nobody;

    /// <summary>This edge's own request, to see whether the bundle can be served; charged to nobody and counted for nothing.</summary>
    public bool Probe { get; set; }

    /// <summary>Whether its shape is kept.</summary>
    public ShapeDraw Shape { get; set; }

    /// <summary>Set by <see cref="BodyMiddleware"/>; disposed with the request.</summary>
    public RequestBody? Body { get; set; }

    public BodyFacts Facts { get; set; }

    /// <summary>The body in the gateway's own words; read when a target of another dialect is tried.</summary>
    public ChatRequest? Neutral { get; set; }

    /// <summary>Set by <see cref="RemoteFilesMiddleware"/>: what was fetched, by its URL.</summary>
    public Dictionary<string, FetchedFile>? Files { get; set; }

    /// <summary>The client asked for a stream and the operation has one.</summary>
    public bool IsStream => Operation == Operation.StreamGenerateContent || Facts.Stream && Operation is (Operation.ChatCompletions or Operation.Responses or Operation.Messages);

    /// <summary>Events that the client's stream has had so far, where its dialect numbers them.</summary>
    public int StreamEvents { get; set; }

    /// <summary>The client takes its stream as one JSON array.</summary>
    public bool StreamsArray { get; set; }

    /// <summary>Set by <see cref="ResponseStateMiddleware"/> for requests of the responses API.</summary>
    public ResponseScope? Responses { get; set; }

    /// <summary>Set by <see cref="RoutingMiddleware"/>.</summary>
    public CompiledModel? Model { get; set; }

    public TargetPlan Plan { get; set; }

    /// <summary>The tightest limits of this client, for the answer's headers.</summary>
    public LimitReport Limits { get; set; }

    /// <summary>Set with the first attempt: the budgets it is charged to. Absent where nothing is charged.</summary>
    public RequestQuota? Quota { get; set; }

    /// <summary>What was tried, in order.</summary>
    public List<AttemptRecord> Attempts { get; } = new(1);

    public Usage Usage { get; set; }

    public long CostNanoDollars { get; set; }

    /// <summary>Time from arrival to the first semantic event; zero when there was none.</summary>
    public TimeSpan TimeToFirstToken { get; set; }

    /// <summary>Set while a trace is recorded.</summary>
    public Activity? Span { get; set; }

    /// <summary>A gateway error's code, for the log.</summary>
    public string? ErrorCode { get; set; }
}
