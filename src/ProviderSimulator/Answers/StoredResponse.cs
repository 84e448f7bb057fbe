namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>A response kept for GET, DELETE, cancel and <c>previous_response_id</c>.</summary>
/// <param name="Frames">Its events, where it was streamed in the background.</param>
internal sealed record StoredResponse(string Id, byte[] Body, byte[] InputItems, string Conversation, IReadOnlyList<string> OpenCalls, bool IsBackground, StreamFrame[]? Frames);
