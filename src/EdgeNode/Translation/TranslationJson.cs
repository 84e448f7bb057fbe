using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.EdgeNode.Translation;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TranslationJson : JsonSerializerContext;
