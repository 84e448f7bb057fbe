using GlobalGateway.EdgeNode.Errors;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>What clients are told about responses that cannot be reached. None of it is cured by a retry.</summary>
internal static class ResponseStateErrors
{
    public static GatewayError Unknown(string id, string? param = null) =>
        new(404, "response_not_found", $"The response \"{Clip(id)}\" is not known here: this gateway did not give that id to you.") { Param = param, Final = true };

    public static GatewayError NotKept(string id, string? param = null) =>
        new(param is null ? 404 : 400, "response_not_stored", $"The response \"{Clip(id)}\" was not stored: what answered it keeps no responses. Send the conversation so far in \"input\".")
        { Param = param, Final = true };

    public static GatewayError Gone(ResponseOrigin origin, string? param = null) =>
        new(409, "response_target_gone", $"The response was made by {origin.Target} in {origin.Region}, which serves the model \"{origin.Model}\" no more. Send the conversation so far in \"input\" of a new request.")
        { Param = param, Final = true };

    public static GatewayError OtherModel(ResponseOrigin origin, string model) =>
        new(409, "response_of_another_model", $"The response was made by {origin.Target} for the model \"{origin.Model}\", and \"{Clip(model)}\" has no target there. Name the model that made it.")
        { Param = "model", Final = true };

    public static GatewayError Unreachable(ResponseOrigin origin, string? param = null) =>
        new(409, "response_out_of_reach", $"The response is held by {origin.Target} under a credential that this region does not have. Ask the region that made it, {origin.Region}.")
        { Param = param, Final = true };

    public static GatewayError NoConversations() =>
        new(400, "conversation_not_supported", "Conversations are not kept across targets, so \"conversation\" is not taken. Go on with \"previous_response_id\", or send the conversation so far in \"input\".")
        { Param = "conversation", Final = true };

    private static string Clip(string text) => text.Length <= 120 ? text : string.Concat(text.AsSpan(0, 117), "...");
}
