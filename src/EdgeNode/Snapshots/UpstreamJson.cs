using System.Text.Json.Serialization;

namespace GlobalGateway.EdgeNode.Snapshots;

[JsonSerializable(typeof(string))]
internal sealed partial class UpstreamJson : JsonSerializerContext;
